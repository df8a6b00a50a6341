package dev.mayfly.runtime.simulated;

import dev.mayfly.core.audit.AuditReport;
import dev.mayfly.core.audit.Finding;
import dev.mayfly.core.audit.Finding.Kind;
import dev.mayfly.core.model.Observed;
import dev.mayfly.core.model.OwnerId;
import dev.mayfly.core.model.Phase;
import dev.mayfly.core.model.Replica;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Writes of simulated replicas. Every running replica counts as just audited. */
final class Audits {
    private final Map<OwnerId, List<Finding>> findings = new HashMap<>();

    void found(Replica replica, String path, Instant now) {
        findings.computeIfAbsent(replica.id().owner(), owner -> new ArrayList<>())
                .add(new Finding(replica.id().replica(), path, Kind.Added, now, replica.revision()));
    }

    void forget(OwnerId owner) {
        findings.remove(owner);
    }

    AuditReport report(Observed observed, Instant now) {
        var all = findings.getOrDefault(observed.owner(), List.of());
        var dirty = observed.all().filter(replica -> replica.writes().dirty()).count();
        return new AuditReport(
                observed.count(Phase.RUNNING) == 0 ? Optional.empty() : Optional.of(now),
                true,
                all.stream().limit(AuditReport.LISTED).toList(),
                all.size() > AuditReport.LISTED,
                (int) dirty,
                all.stream()
                        .map(finding -> parent(finding.path()))
                        .distinct()
                        .sorted()
                        .toList(),
                Optional.empty());
    }

    private static String parent(String path) {
        return path.substring(0, Math.max(1, path.lastIndexOf('/')));
    }
}
