package dev.mayfly.status;

import java.util.Collection;
import java.util.Set;
import java.util.StringJoiner;
import java.util.TreeSet;

/** A set of slots as text, such as {@code 0-4,7}. */
public final class SlotRanges {
    /** More than any workload has replicas; what a status says beyond is not ours. */
    private static final int MOST = 100_000;

    private SlotRanges() {}

    /** @return null where there are none, as a status has it */
    static String format(Collection<Integer> slots) {
        var text = new StringJoiner(",");
        var sorted = new TreeSet<>(slots);
        while (!sorted.isEmpty()) {
            var first = sorted.pollFirst();
            var last = first;
            while (sorted.remove(last + 1)) {
                last++;
            }
            text.add(first.equals(last) ? first.toString() : first + "-" + last);
        }
        return text.length() == 0 ? null : text.toString();
    }

    /** @param text null: none; what is no list of slots is none either */
    public static Set<Integer> parse(String text) {
        var slots = new TreeSet<Integer>();
        if (text == null || !text.matches("\\d{1,6}(-\\d{1,6})?(,\\d{1,6}(-\\d{1,6})?)*")) {
            return slots;
        }
        for (var range : text.split(",")) {
            var ends = range.split("-");
            var last = Integer.parseInt(ends[ends.length - 1]);
            for (var slot = Integer.parseInt(ends[0]); slot <= last && slots.size() < MOST; slot++) {
                slots.add(slot);
            }
        }
        return slots;
    }
}
