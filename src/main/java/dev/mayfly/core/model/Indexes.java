package dev.mayfly.core.model;

import java.util.Arrays;
import java.util.BitSet;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.StringJoiner;
import java.util.stream.IntStream;

/** An immutable set of completion indexes or slots, written as {@code 0-57,60}. */
public final class Indexes {
    /** No task or workload has more; higher indexes in a status were not written by Mayfly and are ignored. */
    private static final int MOST = 100_000;

    private static final int DIGITS = 6;

    public static final Indexes NONE = new Indexes(new BitSet());

    private final BitSet bits;

    private Indexes(BitSet bits) {
        this.bits = bits;
    }

    /** @param text null or empty: none; text that is not a list of indexes: none either */
    public static Indexes parse(String text) {
        var bits = new BitSet();
        var ranges = text == null || text.isEmpty() ? new String[0] : text.split(",");
        for (var range : ranges) {
            var ends = range.split("-", -1);
            if (ends.length > 2 || !Arrays.stream(ends).allMatch(end -> Text.isNumber(end, DIGITS))) {
                return NONE;
            }
            var first = Math.min(MOST, Integer.parseInt(ends[0]));
            bits.set(first, Math.max(first, Math.min(MOST, Integer.parseInt(ends[ends.length - 1]) + 1)));
        }
        return new Indexes(bits);
    }

    public boolean contains(int index) {
        return bits.get(index);
    }

    /** Number of indexes. */
    public int size() {
        return bits.cardinality();
    }

    public static Indexes of(Collection<Integer> indexes) {
        return NONE.with(indexes);
    }

    /** The union, without indexes that no task or workload can have; this set if {@code others} is empty. */
    public Indexes with(Collection<Integer> others) {
        if (others.isEmpty()) {
            return this;
        }
        var more = (BitSet) bits.clone();
        others.stream().filter(index -> index >= 0 && index < MOST).forEach(more::set);
        return new Indexes(more);
    }

    public Indexes with(int index) {
        return with(List.of(index));
    }

    /** Lowest first. */
    public IntStream stream() {
        return bits.stream();
    }

    /** Indexes from 0 up to {@code end}, exclusive, that are not among these, lowest first. */
    public IntStream missing(int end) {
        return IntStream.iterate(bits.nextClearBit(0), index -> index < end, index -> bits.nextClearBit(index + 1));
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Indexes that && bits.equals(that.bits);
    }

    @Override
    public int hashCode() {
        return bits.hashCode();
    }

    /** The text that {@link #parse} reads, as a status has it; empty if there are no indexes. */
    public Optional<String> text() {
        return bits.isEmpty() ? Optional.empty() : Optional.of(toString());
    }

    /** As {@link #text()}, with an empty string for no indexes. */
    @Override
    public String toString() {
        var text = new StringJoiner(",");
        for (var first = bits.nextSetBit(0); first >= 0; ) {
            var end = bits.nextClearBit(first);
            text.add(end - first == 1 ? Integer.toString(first) : first + "-" + (end - 1));
            first = bits.nextSetBit(end);
        }
        return text.toString();
    }
}
