package dev.mayfly.reconcile;

import dev.mayfly.api.v1alpha1.EphemeralTaskStatus;
import dev.mayfly.model.OwnerId;
import dev.mayfly.runtime.Happening;
import dev.mayfly.status.Findings;
import dev.mayfly.status.TaskMemory;
import jakarta.enterprise.context.ApplicationScoped;

/** Tells once, of what is recorded, that a task ended, what it wrote where it may not, and that its image breaks a rule. */
@ApplicationScoped
class TaskNews {
    private final WorkloadEvents events;
    private final WriteNews writes;
    private final ComplianceNews compliance;

    TaskNews(WorkloadEvents events, WriteNews writes, ComplianceNews compliance) {
        this.events = events;
        this.writes = writes;
        this.compliance = compliance;
    }

    /** @param before null: there was none */
    void told(OwnerId owner, EphemeralTaskStatus before, EphemeralTaskStatus now) {
        var known = before == null ? null : before.ephemerality();
        writes.found(owner, Findings.added(known, now.ephemerality()), now.ephemerality());
        compliance.told(owner, before == null ? null : before.conditions(), now.conditions());
        if (TaskMemory.counts(before).verdict().isEmpty()) {
            TaskMemory.counts(now)
                    .verdict()
                    .ifPresent(end -> events.add(new Happening(
                            owner,
                            end.complete() ? "Completed" : end.reason(),
                            owner.name(),
                            end.message(),
                            !end.complete())));
        }
    }
}
