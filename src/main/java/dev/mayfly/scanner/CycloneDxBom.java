package dev.mayfly.scanner;

import dev.mayfly.scanner.ScanFormat.Finding;
import java.io.IOException;
import java.util.Comparator;
import java.util.List;
import java.util.Set;

/**
 * The parts of a CycloneDX document (cyclonedx.org/docs/1.6/json) that count: severities of vulnerabilities that affect
 * the image.
 */
record CycloneDxBom(String bomFormat, List<Vulnerability> vulnerabilities) {
    /** Analysis states in which the image is not affected. */
    private static final Set<String> NOT_AFFECTED =
            Set.of("not_affected", "false_positive", "resolved", "resolved_with_pedigree");

    private static final List<String> SEVERITIES = ScanFormat.CYCLONEDX.levels();

    record Vulnerability(String id, List<Rating> ratings, Analysis analysis) {
        /** The highest severity of all ratings; medium if no rating has a known one. */
        String severity() {
            return (ratings == null ? List.<Rating>of() : ratings)
                    .stream()
                            .map(Rating::severity)
                            .filter(severity -> severity != null && SEVERITIES.contains(severity))
                            .max(Comparator.comparingInt(SEVERITIES::indexOf))
                            .orElse("medium");
        }

        boolean counts() {
            return analysis == null || analysis.state() == null || !NOT_AFFECTED.contains(analysis.state());
        }
    }

    record Rating(String severity) {}

    record Analysis(String state) {}

    List<Finding> findings() throws IOException {
        if (!"CycloneDX".equals(bomFormat)) {
            throw new IOException("it is no CycloneDX document in JSON");
        }
        if (vulnerabilities == null) {
            throw new IOException("it has no list of vulnerabilities, so none were searched for");
        }
        return vulnerabilities.stream()
                .filter(Vulnerability::counts)
                .map(found -> new Finding(found.id() == null ? "?" : found.id(), found.severity()))
                .toList();
    }
}
