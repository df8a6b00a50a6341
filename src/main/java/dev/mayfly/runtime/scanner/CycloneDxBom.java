package dev.mayfly.runtime.scanner;

import dev.mayfly.runtime.scanner.ScanFormat.Finding;
import java.io.IOException;
import java.util.Comparator;
import java.util.List;
import java.util.Set;

/** What of a CycloneDX document counts (cyclonedx.org/docs/1.6/json): severities of vulnerabilities that do affect it. */
record CycloneDxBom(String bomFormat, List<Vulnerability> vulnerabilities) {
    /** States of an analysis that found the image not affected. */
    private static final Set<String> HARMLESS =
            Set.of("not_affected", "false_positive", "resolved", "resolved_with_pedigree");

    private static final List<String> SEVERITIES = ScanFormat.CYCLONEDX.levels();

    record Vulnerability(String id, List<Rating> ratings, Analysis analysis) {
        /** The worst of what its sources say; where none says one that is known, it counts as medium. */
        String severity() {
            return (ratings == null ? List.<Rating>of() : ratings)
                    .stream()
                            .map(Rating::severity)
                            .filter(severity -> severity != null && SEVERITIES.contains(severity))
                            .max(Comparator.comparingInt(SEVERITIES::indexOf))
                            .orElse("medium");
        }

        boolean counts() {
            return analysis == null || analysis.state() == null || !HARMLESS.contains(analysis.state());
        }
    }

    record Rating(String severity) {}

    record Analysis(String state) {}

    List<Finding> findings() throws IOException {
        if (!"CycloneDX".equals(bomFormat)) {
            throw new IOException("it is no CycloneDX document in JSON");
        }
        if (vulnerabilities == null) {
            throw new IOException("it has no list of vulnerabilities, so nobody looked for any");
        }
        return vulnerabilities.stream()
                .filter(Vulnerability::counts)
                .map(found -> new Finding(found.id() == null ? "?" : found.id(), found.severity()))
                .toList();
    }
}
