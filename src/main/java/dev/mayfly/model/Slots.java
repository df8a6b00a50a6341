package dev.mayfly.model;

import java.util.stream.IntStream;
import org.pcollections.TreePSet;

/** Which slots are taken: all below {@code end} except {@code gaps}. */
record Slots(int end, TreePSet<Integer> gaps) {
    static final Slots ALL_FREE = new Slots(0, TreePSet.empty());

    Slots taken(int slot) {
        if (slot < end) {
            return new Slots(end, gaps.minus(slot));
        }
        var skipped = gaps;
        for (var gap = end; gap < slot; gap++) {
            skipped = skipped.plus(gap);
        }
        return new Slots(slot + 1, skipped);
    }

    Slots freed(int slot) {
        if (slot < end - 1) {
            return new Slots(end, gaps.plus(slot));
        }
        var last = end - 1;
        var left = gaps;
        while (last > 0 && left.contains(last - 1)) {
            left = left.minus(last - 1);
            last--;
        }
        return new Slots(last, left);
    }

    IntStream free() {
        return IntStream.concat(gaps.stream().mapToInt(Integer::intValue), IntStream.iterate(end, slot -> slot + 1));
    }
}
