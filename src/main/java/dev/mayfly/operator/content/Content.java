package dev.mayfly.operator.content;

import static java.util.Objects.requireNonNullElse;

import dev.mayfly.core.model.Failure;
import dev.mayfly.core.model.OwnerId;
import dev.mayfly.core.model.Volume.FileContent;
import dev.mayfly.operator.cluster.InvalidSpec;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Secret;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
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

    private final Map<Source, Held> held;
    private final byte[] key;

    private Content(Map<Source, Held> held, byte[] key) {
        this.held = new TreeMap<>(held);
        this.key = key;
    }

    /**
     * @param held without the objects that don't exist
     * @param key key of the hash over content: see {@link ContentHash}
     */
    public static Content of(Map<Source, Held> held, byte[] key) {
        return new Content(held, key);
    }

    /**
     * Content of one object.
     *
     * @param values by key; only those that the template uses
     * @param binary keys that can't be variables: a ConfigMap's {@code binaryData}
     */
    public record Held(Map<String, Value> values, Set<String> binary) {

        /**
         * @param object a ConfigMap or Secret
         * @param taken selects the keys to read
         */
        public static Held of(HasMetadata object, Predicate<String> taken) {
            var values = new HashMap<String, Value>();
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
                Map<String, Value> into) {
            requireNonNullElse(from, Map.<String, String>of()).forEach((key, value) -> {
                if (taken.test(key)) {
                    into.put(key, new Value(decode.apply(value)));
                }
            });
        }

        /** These keys only. Their values are shared, not copied. */
        Held only(ContentReferences.Keys keys) {
            if (keys.names() == null) {
                return this;
            }
            var some = new HashMap<String, Value>();
            keys.names().stream().filter(values::containsKey).forEach(key -> some.put(key, values.get(key)));
            return new Held(Map.copyOf(some), binary);
        }

        /** Keys only. */
        @Override
        public String toString() {
            return values.keySet().toString();
        }
    }

    /**
     * The value of one key. All templates that use it share its bytes and its text, so that many of them take the memory
     * of one.
     */
    public static final class Value {
        private final byte[] bytes;
        /** Null until somebody asks for it. */
        private volatile Optional<String> text;

        /** @param bytes not copied: they must not be changed anymore */
        public Value(byte[] bytes) {
            this.bytes = bytes;
        }

        /** Number of bytes. */
        public int size() {
            return bytes.length;
        }

        public FileContent file(int mode) {
            return new FileContent(bytes, mode);
        }

        /** Empty if it is no text that an environment can hold. */
        public Optional<String> text() {
            var known = text;
            if (known == null) {
                known = decoded();
                text = known;
            }
            return known;
        }

        private Optional<String> decoded() {
            try {
                var decoded = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
                return Optional.of(decoded.toString()).filter(value -> value.indexOf('\0') < 0);
            } catch (CharacterCodingException notText) {
                return Optional.empty();
            }
        }

        /** As a ConfigMap's {@code data} has it. */
        String plain() {
            return new String(bytes, StandardCharsets.UTF_8);
        }

        /** As a Secret has it. */
        String base64() {
            return Base64.getEncoder().encodeToString(bytes);
        }
    }

    /** False if the content was not read. */
    public boolean read() {
        return key != null;
    }

    public Optional<Held> of(Source source) {
        return Optional.ofNullable(held.get(source));
    }

    /**
     * The object's content; empty if it is optional and missing. Nothing is started or changed until all objects that
     * are not optional exist.
     *
     * @param where the field that refers to it
     * @throws InvalidSpec if it is required and missing
     */
    public Optional<Held> find(Source source, boolean optional, String where, OwnerId owner) {
        var found = of(source);
        if (found.isEmpty() && !optional && read()) {
            throw new InvalidSpec(
                    source.kind() + "NotFound",
                    source + " is not there, which " + where + " needs: create it in namespace " + owner.namespace()
                            + ", correct the name, or set optional: true");
        }
        return found;
    }

    /** The error if an object lacks a required key. */
    public static InvalidSpec missingKey(Source source, String key, String where) {
        return new InvalidSpec(
                source.kind() + "NotFound",
                source + " has no key " + key + ", which " + where
                        + " needs: add the key, correct its name, or set optional: true");
    }

    /** Objects that exist, sorted by kind and name. */
    Map<Source, Held> held() {
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

    /**
     * An object in the workload's namespace whose content its template uses.
     *
     * @param name name of the object
     */
    public record Source(Kind kind, String name) implements Comparable<Source> {

        /** Kinds of such objects, by their Kubernetes names. */
        enum Kind {
            ConfigMap,
            Secret
        }

        public static Source configMap(String name) {
            return new Source(Kind.ConfigMap, name);
        }

        public static Source secret(String name) {
            return new Source(Kind.Secret, name);
        }

        /** For messages: {@code ConfigMap conf}. */
        @Override
        public String toString() {
            return kind + " " + name;
        }

        @Override
        public int compareTo(Source other) {
            return kind == other.kind ? name.compareTo(other.name) : kind.compareTo(other.kind);
        }
    }

    /** An object's content is unknown because the API server did not answer. The object may exist. */
    public static class Unreadable extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private final String reason;

        /**
         * @param reason reason of the condition, in CamelCase
         * @param message for the user who must act
         */
        Unreadable(String reason, String message) {
            super(message, null, false, false);
            this.reason = reason;
        }

        static Unreadable of(Source source, String namespace, String words) {
            return new Unreadable(
                    source.kind() + "Unreadable",
                    source + " in namespace " + namespace + " can't be read, so no new content is rolled out: " + words
                            + ". Check that the operator may get, list and watch it; it is retried automatically.");
        }

        /** The error as the workload's conditions report it. */
        public Failure failure() {
            return new Failure(reason, getMessage());
        }
    }
}
