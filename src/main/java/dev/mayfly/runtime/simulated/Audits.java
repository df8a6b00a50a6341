package dev.mayfly.runtime.simulated;

import dev.mayfly.core.audit.AuditReport;
import dev.mayfly.core.audit.AuditReport.Finding;
import dev.mayfly.core.audit.AuditReport.Finding.Kind;
import dev.mayfly.core.model.Desired.AuditPolicy;
import dev.mayfly.core.model.Observed;
import dev.mayfly.core.model.OwnerId;
import dev.mayfly.core.model.Phase;
import dev.mayfly.core.model.Replica;
import dev.mayfly.runtime.ContainerRuntime.WriteAudit;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** Writes of simulated replicas, found as they are made. Every running replica counts as just audited. */
final class Audits implements WriteAudit {
    private final Map<OwnerId, List<Finding>> findings = new HashMap<>();
    private final Function<OwnerId, Observed> observed;
    private final InstantSource clock;

    Audits(Function<OwnerId, Observed> observed, InstantSource clock) {
        this.observed = observed;
        this.clock = clock;
    }

    synchronized void found(Replica replica, String path) {
        findings.computeIfAbsent(replica.id().owner(), owner -> new ArrayList<>())
                .add(new Finding(replica.id().replica(), path, Kind.Added, clock.instant(), replica.revision()));
    }

    @Override
    public void audit(OwnerId owner, AuditPolicy policy) {
        // audits cost nothing here, so none is waited for
    }

    @Override
    public synchronized AuditReport report(OwnerId owner) {
        var all = findings.getOrDefault(owner, List.of());
        var replicas = observed.apply(owner);
        var dirty = replicas.all().filter(replica -> replica.writes().dirty()).count();
        return new AuditReport(
                replicas.count(Phase.RUNNING) == 0 ? Optional.empty() : Optional.of(clock.instant()),
                Optional.empty(),
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

    @Override
    public synchronized void forget(OwnerId owner) {
        findings.remove(owner);
    }

    private static String parent(String path) {
        return path.substring(0, Math.max(1, path.lastIndexOf('/')));
    }
}
