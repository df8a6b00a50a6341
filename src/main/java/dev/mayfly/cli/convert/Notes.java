package dev.mayfly.cli.convert;

import dev.mayfly.cli.Printable;
import dev.mayfly.core.model.Text;
import java.util.ArrayList;
import java.util.List;

/** The differences between a manifest and its source: one line each, with the reason and what to do instead. */
final class Notes {
    private static final int MAX_CHARACTERS = 400;

    private final List<String> lines = new ArrayList<>();

    /**
     * @param where what it belongs to, such as {@code web}
     * @param why one clause
     * @param instead one clause
     */
    void leftOut(String where, String what, String why, String instead) {
        add(where, what + " left out", why, instead);
    }

    void changed(String where, String what, String why, String instead) {
        add(where, what, why, instead);
    }

    /** In the order in which they were found. */
    List<String> lines() {
        return List.copyOf(lines);
    }

    private void add(String where, String what, String why, String instead) {
        lines.add(clean(where) + ": " + clean(what) + ": " + clean(why) + "; " + clean(instead) + ".");
    }

    private static String clean(String text) {
        return Printable.of(Text.oneLine(Text.shortened(text, MAX_CHARACTERS)));
    }
}
