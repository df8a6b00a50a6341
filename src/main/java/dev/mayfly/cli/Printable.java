package dev.mayfly.cli;

import dev.mayfly.core.model.Text;

/**
 * Makes text that a container chose, such as a path, safe for a terminal: it can't move the cursor or end a comment.
 */
public final class Printable {
    private Printable() {}

    public static String of(String text) {
        return Text.escaped(text);
    }

    /** True without control or direction characters, and without others that are invisible or break the line. */
    public static boolean plain(String text) {
        return text.codePoints().noneMatch(Text::isHarmful);
    }
}
