package dev.mayfly.runtime.docker;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The end of a replica's output, made fit for a status: as much as Kubernetes takes, and nothing that a terminal obeys. */
final class LastLines {
    static final int MOST_LINES = 80;
    static final int MOST_BYTES = 2048;

    private static final Pattern COLOURS = Pattern.compile("\u001B\\[[0-9;?]*[ -/]*[@-~]");

    private LastLines() {}

    /** @return empty where there is nothing to show */
    static String of(String output) {
        var clean = new StringBuilder();
        COLOURS.matcher(output)
                .replaceAll("")
                .replace("\r\n", "\n")
                .codePoints()
                .map(c -> c != '\n' && c != '\t' && PathText.harmful(c) ? '?' : c)
                .forEach(clean::appendCodePoint);
        var lines = clean.toString().strip().split("\n");
        var last = Arrays.stream(lines)
                .skip(Math.max(0, lines.length - MOST_LINES))
                .collect(Collectors.joining("\n"));
        return end(last);
    }

    /** The last {@link #MOST_BYTES} bytes, or a few less so that no character is cut. */
    private static String end(String text) {
        var start = text.length();
        var bytes = 0;
        while (start > 0) {
            var character = Character.toString(text.codePointBefore(start));
            bytes += character.getBytes(StandardCharsets.UTF_8).length;
            if (bytes > MOST_BYTES) {
                break;
            }
            start -= character.length();
        }
        return text.substring(start);
    }
}
