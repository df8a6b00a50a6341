package dev.mayfly.model;

import java.nio.charset.StandardCharsets;

/** The end of a text, which says more than its beginning: that is where a replica's last output stands. */
public final class LastBytes {
    private LastBytes() {}

    /** At most so many bytes of UTF-8, and no part of a character. */
    public static String of(String text, int most) {
        var start = text.length();
        var bytes = 0;
        while (start > 0) {
            var character = Character.toString(text.codePointBefore(start));
            bytes += size(character);
            if (bytes > most) {
                break;
            }
            start -= character.length();
        }
        return text.substring(start);
    }

    public static int size(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }
}
