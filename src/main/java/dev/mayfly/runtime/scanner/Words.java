package dev.mayfly.runtime.scanner;

import java.nio.charset.StandardCharsets;
import java.util.stream.Collectors;

/** Text that scanners print, made safe to show. */
final class Words {
    private Words() {}

    /** Puts the text on one line, without control and format characters, within this many bytes of UTF-8. */
    static String cut(String text, int bytes) {
        var line = text.codePoints()
                .map(c -> Character.isISOControl(c) || Character.getType(c) == Character.FORMAT ? ' ' : c)
                .mapToObj(Character::toString)
                .collect(Collectors.joining())
                .replaceAll(" {2,}", " ")
                .strip();
        if (size(line) <= bytes) {
            return line;
        }
        var end = line.length();
        while (end > 0
                && (size(line.substring(0, end)) + 3 > bytes || Character.isHighSurrogate(line.charAt(end - 1)))) {
            end--;
        }
        return line.substring(0, end) + "…";
    }

    private static int size(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }
}
