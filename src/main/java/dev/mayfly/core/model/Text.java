package dev.mayfly.core.model;

import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.Locale;
import java.util.StringTokenizer;
import java.util.function.IntUnaryOperator;
import java.util.stream.Collectors;

/**
 * Operations on text that several packages need: mainly cuts to the length that a status, an Event or a
 * line can bear. A length counts characters, that is code points, or bytes of UTF-8. No cut goes through a character,
 * and the time for a cut depends on the length that is kept, not on the length of the text.
 */
public final class Text {
    private static final String ELLIPSIS = "…";
    /** Bytes of a char at most. */
    private static final int MOST_OF_A_CHAR = 3;

    private Text() {}

    /** The text's beginning, of at most so many characters. */
    public static String atMost(String text, int characters) {
        return text.substring(0, end(text, characters, each -> 1));
    }

    /** The text's beginning, of at most so many bytes. */
    public static String atMostBytes(String text, int bytes) {
        return text.substring(0, end(text, bytes, Text::bytes));
    }

    /** At most so many characters, the last of them an ellipsis where the text has more. */
    public static String shortened(String text, int characters) {
        var whole = atMost(text, characters).length() == text.length();
        return whole ? text : atMost(text, characters - 1) + ELLIPSIS;
    }

    /** At most so many bytes, the last of them an ellipsis where the text has more. */
    public static String shortenedToBytes(String text, int bytes) {
        var whole = atMostBytes(text, bytes).length() == text.length();
        return whole ? text : atMostBytes(text, bytes - bytes(ELLIPSIS)) + ELLIPSIS;
    }

    /**
     * The text's end, of at most so many bytes: the end of a replica's output is more informative than its beginning.
     */
    public static String lastBytes(String text, int bytes) {
        var start = text.length();
        var left = bytes;
        while (start > 0 && bytes(text.codePointBefore(start)) <= left) {
            var character = text.codePointBefore(start);
            left -= bytes(character);
            start -= Character.charCount(character);
        }
        return text.substring(start);
    }

    /** On one line: each run of blanks and line ends becomes one space, and none is left at the ends. */
    public static String oneLine(String text) {
        return Collections.list(new StringTokenizer(text.strip(), " \t\n\u000B\f\r")).stream()
                .map(Object::toString)
                .collect(Collectors.joining(" "));
    }

    /**
     * A name that Kubernetes and Docker take, made of the text: lower-case letters, digits, and a dash between them.
     * Empty where the text has no letter and no digit.
     */
    public static String dnsLabel(String text, int longest) {
        var label = new StringBuilder();
        text.toLowerCase(Locale.ROOT).chars().forEach(c -> {
            var plain = c >= 'a' && c <= 'z' || c >= '0' && c <= '9';
            if (plain) {
                label.append((char) c);
            } else if (!label.isEmpty() && label.charAt(label.length() - 1) != '-') {
                label.append('-');
            }
        });
        var cut = atMost(label.toString(), longest);
        return cut.endsWith("-") ? cut.substring(0, cut.length() - 1) : cut;
    }

    /** True where it is a number of 1 to so many digits, without a sign. */
    public static boolean isNumber(String text, int digits) {
        return !text.isEmpty() && text.length() <= digits && text.chars().allMatch(c -> c >= '0' && c <= '9');
    }

    /** True for a character that controls a terminal, disguises text or breaks a line. */
    public static boolean isHarmful(int character) {
        return switch (Character.getType(character)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.SURROGATE,
                    Character.UNASSIGNED,
                    Character.PRIVATE_USE -> true;
            default -> false;
        };
    }

    /** The text in which {@code \xNN} stands for each byte of a harmful character. */
    public static String escaped(String text) {
        var escaped = new StringBuilder(text.length());
        text.codePoints().forEach(c -> {
            if (isHarmful(c)) {
                for (var octet : Character.toString(c).getBytes(StandardCharsets.UTF_8)) {
                    escaped.append("\\x%02x".formatted(octet & 0xFF));
                }
            } else {
                escaped.appendCodePoint(c);
            }
        });
        return escaped.toString();
    }

    /** True if the text takes more than so many bytes. The time depends on that number, not on the length of the text. */
    public static boolean exceeds(String text, int bytes) {
        return text.length() > bytes
                || text.length() > bytes / MOST_OF_A_CHAR
                        && bytes(text) > bytes; // a supplementary character is two chars
    }

    /** How many bytes the text takes. */
    public static int bytes(String text) {
        return text.codePoints().map(Text::bytes).sum();
    }

    /** @param length of one character */
    private static int end(String text, int most, IntUnaryOperator length) {
        var end = 0;
        var left = most;
        while (end < text.length() && length.applyAsInt(text.codePointAt(end)) <= left) {
            var character = text.codePointAt(end);
            left -= length.applyAsInt(character);
            end += Character.charCount(character);
        }
        return end;
    }

    private static int bytes(int character) {
        if (character < 0x80) {
            return 1;
        }
        if (character < 0x800) {
            return 2;
        }
        return Character.isBmpCodePoint(character) ? 3 : 4;
    }
}
