package dev.mayfly.reconcile;

import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** What the ConfigMaps and Secrets held that a template refers to, when they were read. Never shows values. */
final class Content {
    /** Nobody asked: every object counts as one that may be missing and is. */
    static final Content UNREAD = new Content(Map.of(), null);

    private final Map<ContentSource, Held> held;
    private final byte[] key;

    private Content(Map<ContentSource, Held> held, byte[] key) {
        this.held = new TreeMap<>(held);
        this.key = key;
    }

    /**
     * @param held without the objects that are not there
     * @param key of the hash over content: see {@link ContentHash}
     */
    static Content of(Map<ContentSource, Held> held, byte[] key) {
        return new Content(held, key);
    }

    /**
     * Of one object.
     *
     * @param values by key; only those that the template takes
     * @param binary keys that can't be variables: a ConfigMap's {@code binaryData}
     */
    record Held(Map<String, byte[]> values, Set<String> binary) {

        /** Keys only. */
        @Override
        public String toString() {
            return values.keySet().toString();
        }
    }

    /** False where what is missing was not looked for. */
    boolean read() {
        return key != null;
    }

    Optional<Held> of(ContentSource source) {
        return Optional.ofNullable(held.get(source));
    }

    /** All that is there, in order of kind and name. */
    Map<ContentSource, Held> held() {
        return held;
    }

    byte[] key() {
        return key.clone();
    }

    /** Names only. */
    @Override
    public String toString() {
        return held.toString();
    }
}
