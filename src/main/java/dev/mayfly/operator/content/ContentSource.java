package dev.mayfly.operator.content;

/**
 * An object of the workload's namespace whose content its template takes.
 *
 * @param name of the object
 */
public record ContentSource(Kind kind, String name) implements Comparable<ContentSource> {

    /** Kinds of such objects, by the name that Kubernetes has for them. */
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

    /** As people say it: {@code ConfigMap conf}. */
    @Override
    public String toString() {
        return kind + " " + name;
    }

    @Override
    public int compareTo(ContentSource other) {
        return kind == other.kind ? name.compareTo(other.name) : kind.compareTo(other.kind);
    }
}
