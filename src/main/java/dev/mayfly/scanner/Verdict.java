package dev.mayfly.scanner;

import dev.mayfly.core.image.AuditedImage.Scan;
import dev.mayfly.core.model.Text;
import dev.mayfly.scanner.ScanFormat.Finding;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The result of one scanner for one image.
 *
 * @param decided false if the scan failed; it is repeated soon
 */
record Verdict(Scan scan, boolean decided) {
    /** Limit of a Scan's message. */
    private static final int MAX_MESSAGE_BYTES = 512;
    /** Number of findings that are named; the others are only counted. */
    private static final int MAX_NAMED = 5;

    /** The scan failed. */
    static Verdict failed(String why) {
        return new Verdict(new Scan(false, line(why, MAX_MESSAGE_BYTES)), false);
    }

    /** Decided by the exit code alone. */
    static Verdict ended(int exitCode, String outputTail) {
        var message = exitCode == 0 ? outputTail : "it ended with " + exitCode + ": " + outputTail;
        return new Verdict(new Scan(exitCode == 0, line(message, MAX_MESSAGE_BYTES)), true);
    }

    /** Decided by the findings. */
    static Verdict found(Scanner scanner, List<Finding> findings) {
        var levels = scanner.format().levels();
        var least = levels.indexOf(scanner.threshold());
        var violations = findings.stream()
                .filter(finding -> levels.indexOf(finding.level()) >= least)
                .sorted(Comparator.comparingInt((Finding finding) -> levels.indexOf(finding.level()))
                        .reversed()
                        .thenComparing(Finding::rule))
                .distinct()
                .toList();
        var message = violations.isEmpty()
                ? "nothing of level " + scanner.threshold() + " or above; below: "
                        + (int) findings.stream().distinct().count()
                : violations.size() + " of level " + scanner.threshold() + " or above: " + named(violations);
        return new Verdict(new Scan(violations.isEmpty(), line(message, MAX_MESSAGE_BYTES)), true);
    }

    private static String named(List<Finding> violations) {
        return violations.stream()
                .limit(MAX_NAMED)
                .map(finding -> line(finding.rule(), 64) + " (" + finding.level() + ")")
                .collect(Collectors.joining(", ", "", violations.size() > MAX_NAMED ? ", …" : ""));
    }

    /**
     * Text that a scanner printed, on one line, without harmful characters, within this many bytes of UTF-8.
     */
    private static String line(String text, int bytes) {
        var visible = text.codePoints()
                .map(c -> Text.isHarmful(c) ? ' ' : c)
                .mapToObj(Character::toString)
                .collect(Collectors.joining());
        return Text.shortenedToBytes(Text.oneLine(visible), bytes);
    }
}
