package dev.mayfly.cli;

import java.nio.charset.StandardCharsets;

/**
 * Makes text that a container chose, such as a path, safe for a terminal: it can't move the cursor or end a comment.
 */
public final class Printable {
    private Printable() {}

    public static String of(String text) {
        var printable = new StringBuilder(text.length());
        text.codePoints().forEach(c -> {
            if (plain(c)) {
                printable.appendCodePoint(c);
            } else {
                for (var octet : Character.toString(c).getBytes(StandardCharsets.UTF_8)) {
                    printable.append("\\x%02x".formatted(octet & 0xFF));
                }
            }
        });
        return printable.toString();
    }

    /** True without control or direction characters, and without others that are invisible or break the line. */
    public static boolean plain(String text) {
        return text.codePoints().allMatch(Printable::plain);
    }

    private static boolean plain(int c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.SURROGATE,
                    Character.UNASSIGNED,
                    Character.PRIVATE_USE -> false;
            default -> true;
        };
    }
}
