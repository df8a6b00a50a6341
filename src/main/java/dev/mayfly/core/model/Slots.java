package dev.mayfly.core.model;

import java.util.stream.IntStream;
import org.pcollections.TreePMap;

/**
 * The free slots, as ranges from their first slot to their end (exclusive). With ranges, a container that claims slot
 * two billion costs no more than any other.
 */
record Slots(TreePMap<Integer, Integer> ranges) {
    static final Slots ALL_FREE = new Slots(TreePMap.<Integer, Integer>empty().plus(0, Integer.MAX_VALUE));

    Slots taken(int slot) {
        var range = ranges.floorEntry(slot);
        if (range == null || range.getValue() <= slot) {
            return this;
        }
        var left = ranges.minus(range.getKey());
        left = range.getKey() < slot ? left.plus(range.getKey(), slot) : left;
        return new Slots(slot + 1 < range.getValue() ? left.plus(slot + 1, range.getValue()) : left);
    }

    Slots freed(int slot) {
        var before = ranges.lowerEntry(slot);
        var after = ranges.get(slot + 1);
        var first = before != null && before.getValue() == slot ? before.getKey() : slot;
        return new Slots(ranges.minus(slot + 1).plus(first, after == null ? slot + 1 : after));
    }

    /**
     * The free slots, lowest first, found one by one: {@code flatMap} over the ranges would list a whole range before
     * its first slot is used.
     */
    IntStream free() {
        return IntStream.iterate(firstFrom(0), slot -> slot >= 0, slot -> firstFrom(slot + 1));
    }

    private int firstFrom(int slot) {
        var range = ranges.floorEntry(slot);
        if (range != null && slot < range.getValue()) {
            return slot;
        }
        var next = ranges.higherEntry(slot);
        return next == null ? -1 : next.getKey();
    }
}
