package dev.mayfly.runtime;

import dev.mayfly.core.model.Failure;
import dev.mayfly.core.model.Text;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * Reads the labels of one container. Every client of the engine, and every builder of an image, can write labels: a
 * label that can't be read throws nothing, counts as missing, and is reported as a failure of that container's replica.
 */
public final class LabelReader {
    /** Longest value that is read, in bytes of UTF-8. No container is created with more in all its labels together. */
    public static final int MOST_BYTES = 64 << 10;
    /** Reason of a replica's failure if one of its container's labels can't be read. */
    public static final String UNREADABLE = "UnreadableLabel";

    private final Map<String, String> labels;
    /** The problem with each label that can't be read, by key. */
    private final Map<String, String> unreadable = new TreeMap<>();

    /** @param labels null: none */
    public LabelReader(Map<String, String> labels) {
        this.labels = Objects.requireNonNullElse(labels, Map.of());
    }

    /** True unless the label is missing or empty. */
    boolean has(String key) {
        return !labels.getOrDefault(key, "").isEmpty();
    }

    /** Empty if the label is missing or empty, or longer than {@link #MOST_BYTES}. */
    public Optional<String> text(String key) {
        return read(key, Function.identity());
    }

    /**
     * Reads a label.
     *
     * @param reader returns what the text means; throws any {@link RuntimeException} for a text that it can't read
     * @return empty if the label is missing, empty, or can't be read
     */
    public <T> Optional<T> read(String key, Function<String, T> reader) {
        var value = labels.get(key);
        if (value == null || value.isEmpty()) {
            return Optional.empty();
        }
        if (Text.exceeds(value, MOST_BYTES)) {
            unreadable.put(key, "is longer than " + (MOST_BYTES >> 10) + " KiB");
            return Optional.empty();
        }
        try {
            return Optional.of(reader.apply(value));
        } catch (RuntimeException malformed) { // its message may quote the value, which may hold a secret
            unreadable.put(key, "has a value that means nothing to this operator");
            return Optional.empty();
        }
    }

    /** Why the replica must be replaced; empty if every label that was read so far can be read. */
    public Optional<Failure> unreadable() {
        return unreadable.entrySet().stream()
                .findFirst()
                .map(label -> new Failure(
                        UNREADABLE,
                        "Label " + label.getKey() + " of its container " + label.getValue()
                                + ", so how to treat it is not known, and it is replaced. Look for a client of the"
                                + " engine that writes labels of mayfly.dev/."));
    }
}
