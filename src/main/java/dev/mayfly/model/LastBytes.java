package dev.mayfly.model;

import java.nio.charset.StandardCharsets;

/** The end of a text, because a replica's last output says more about its end than its first. */
public final class LastBytes {
    private LastBytes() {}

    /** The end of the text: at most {@code most} bytes of UTF-8, made of whole characters. */
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
