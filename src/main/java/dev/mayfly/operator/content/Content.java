package dev.mayfly.operator.content;

import static java.util.Objects.requireNonNullElse;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Secret;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Predicate;

/** Snapshot of the content of the ConfigMaps and Secrets that a template refers to. Never prints values. */
public final class Content {
    /** Nothing was read: every object counts as optional and missing. */
    public static final Content UNREAD = new Content(Map.of(), null);

    private final Map<ContentSource, Held> held;
    private final byte[] key;

    private Content(Map<ContentSource, Held> held, byte[] key) {
        this.held = new TreeMap<>(held);
        this.key = key;
    }

    /**
     * @param held without the objects that don't exist
     * @param key key of the hash over content: see {@link ContentHash}
     */
    public static Content of(Map<ContentSource, Held> held, byte[] key) {
        return new Content(held, key);
    }

    /**
     * Content of one object.
     *
     * @param values by key; only those that the template uses
     * @param binary keys that can't be variables: a ConfigMap's {@code binaryData}
     */
    public record Held(Map<String, byte[]> values, Set<String> binary) {

        /**
         * @param object a ConfigMap or Secret
         * @param taken selects the keys to read
         */
        public static Held of(HasMetadata object, Predicate<String> taken) {
            var values = new HashMap<String, byte[]>();
            var binary = Set.<String>of();
            if (object instanceof Secret secret) {
                add(secret.getData(), Base64.getDecoder()::decode, taken, values);
            } else if (object instanceof ConfigMap map) {
                add(map.getBinaryData(), Base64.getDecoder()::decode, taken, values);
                binary = Set.copyOf(values.keySet());
                add(map.getData(), text -> text.getBytes(StandardCharsets.UTF_8), taken, values);
            }
            return new Held(Map.copyOf(values), binary);
        }

        private static void add(
                Map<String, String> from,
                Function<String, byte[]> decode,
                Predicate<String> taken,
                Map<String, byte[]> into) {
            requireNonNullElse(from, Map.<String, String>of()).forEach((key, value) -> {
                if (taken.test(key)) {
                    into.put(key, decode.apply(value));
                }
            });
        }

        /** Keys only. */
        @Override
        public String toString() {
            return values.keySet().toString();
        }
    }

    /** False if the content was not read. */
    public boolean read() {
        return key != null;
    }

    public Optional<Held> of(ContentSource source) {
        return Optional.ofNullable(held.get(source));
    }

    /** Objects that exist, sorted by kind and name. */
    Map<ContentSource, Held> held() {
        return held;
    }

    public byte[] key() {
        return key.clone();
    }

    /** Names only. */
    @Override
    public String toString() {
        return held.toString();
    }
}
