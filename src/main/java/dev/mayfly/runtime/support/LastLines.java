package dev.mayfly.runtime.support;

import com.google.re2j.Pattern;
import dev.mayfly.core.model.Text;
import java.util.Arrays;
import java.util.stream.Collectors;

/** The end of a replica's output, as statuses show it. */
public final class LastLines {
    static final int MOST_LINES = 80;

    static final int MOST_BYTES = 2048;
    private static final Pattern COLOURS = Pattern.compile("\u001B\\[[0-9;?]*[ -/]*[@-~]");

    private LastLines() {}

    /**
     * Reduces a replica's output to its last lines for the status: at most as much as Kubernetes takes, and without
     * control sequences for terminals.
     *
     * @return empty if there is nothing to show
     */
    public static String of(String output) {
        var clean = new StringBuilder();
        COLOURS.matcher(output)
                .replaceAll("")
                .replace("\r\n", "\n")
                .codePoints()
                .map(c -> c != '\n' && c != '\t' && Text.isHarmful(c) ? '?' : c)
                .forEach(clean::appendCodePoint);
        var lines = clean.toString().strip().split("\n");
        var last = Arrays.stream(lines)
                .skip(Math.max(0, lines.length - MOST_LINES))
                .collect(Collectors.joining("\n"));
        return Text.lastBytes(last, MOST_BYTES);
    }
}
