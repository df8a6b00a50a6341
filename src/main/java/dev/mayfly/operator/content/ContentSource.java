package dev.mayfly.operator.content;

/**
 * An object in the workload's namespace whose content its template uses.
 *
 * @param name name of the object
 */
public record ContentSource(Kind kind, String name) implements Comparable<ContentSource> {

    /** Kinds of such objects, by their Kubernetes names. */
    enum Kind {
        ConfigMap,
        Secret
    }

    public static ContentSource configMap(String name) {
        return new ContentSource(Kind.ConfigMap, name);
    }

    public static ContentSource secret(String name) {
        return new ContentSource(Kind.Secret, name);
    }

    /** For messages: {@code ConfigMap conf}. */
    @Override
    public String toString() {
        return kind + " " + name;
    }

    @Override
    public int compareTo(ContentSource other) {
        return kind == other.kind ? name.compareTo(other.name) : kind.compareTo(other.kind);
    }
}
