package dev.mayfly.runtime.scanner;

import dev.mayfly.model.AuditedImage.Scan;
import dev.mayfly.runtime.scanner.ScanFormat.Finding;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What came of a scan.
 *
 * @param decided false: the scanner could not say, and is asked again soon
 */
record Verdict(Scan scan, boolean decided) {
    /** As a Scan's message may have. */
    private static final int MOST_BYTES = 512;
    /** Findings that are named; the others are counted. */
    private static final int NAMED = 5;

    /** It could not say. */
    static Verdict failed(String why) {
        return new Verdict(new Scan(false, Words.cut(why, MOST_BYTES)), false);
    }

    /** By how it ended alone. */
    static Verdict ended(int exitCode, String lastWords) {
        var message = exitCode == 0 ? lastWords : "it ended with " + exitCode + " and said: " + lastWords;
        return new Verdict(new Scan(exitCode == 0, Words.cut(message, MOST_BYTES)), true);
    }

    /** By what it found. */
    static Verdict found(Scanner scanner, List<Finding> findings) {
        var levels = scanner.format().levels();
        var least = levels.indexOf(scanner.threshold());
        var grave = findings.stream()
                .filter(finding -> levels.indexOf(finding.level()) >= least)
                .sorted(Comparator.comparingInt((Finding finding) -> levels.indexOf(finding.level()))
                        .reversed()
                        .thenComparing(Finding::rule))
                .distinct()
                .toList();
        var message = grave.isEmpty()
                ? "nothing of level " + scanner.threshold() + " or above; below: "
                        + (int) findings.stream().distinct().count()
                : grave.size() + " of level " + scanner.threshold() + " or above: " + named(grave);
        return new Verdict(new Scan(grave.isEmpty(), Words.cut(message, MOST_BYTES)), true);
    }

    private static String named(List<Finding> grave) {
        return grave.stream()
                .limit(NAMED)
                .map(finding -> Words.cut(finding.rule(), 64) + " (" + finding.level() + ")")
                .collect(Collectors.joining(", ", "", grave.size() > NAMED ? ", …" : ""));
    }
}
