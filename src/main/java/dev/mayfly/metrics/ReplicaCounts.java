package dev.mayfly.metrics;

import dev.mayfly.core.model.Phase;
import dev.mayfly.runtime.ContainerRuntime;
import dev.mayfly.runtime.RuntimeUnavailable;
import java.time.Instant;
import java.util.EnumMap;
import java.util.Map;

/**
 * The replicas that a runtime has, counted.
 *
 * @param phases number of replicas in each phase
 * @param findings findings of audits as statuses list them, which is up to 20 of each workload
 * @param dirty replicas that have findings
 */
record ReplicaCounts(Map<Phase, Integer> phases, int ready, int findings, int dirty) {

    /** @throws RuntimeUnavailable if the runtime's state is unknown */
    static ReplicaCounts of(ContainerRuntime runtime, Instant now) {
        var phases = new EnumMap<Phase, Integer>(Phase.class);
        var ready = 0;
        var findings = 0;
        var dirty = 0;
        for (var owner : runtime.owners()) {
            var observed = runtime.observe(owner, now);
            for (var phase : Phase.values()) {
                phases.merge(phase, observed.count(phase) + observed.pool().count(phase), Integer::sum);
            }
            ready += observed.ready();
            var report = runtime.writeAudit().map(audit -> audit.report(owner));
            findings += report.map(found -> found.findings().size()).orElse(0);
            dirty += report.map(found -> found.dirty()).orElse(0);
        }
        return new ReplicaCounts(phases, ready, findings, dirty);
    }

    int in(Phase phase) {
        return phases.getOrDefault(phase, 0);
    }
}
