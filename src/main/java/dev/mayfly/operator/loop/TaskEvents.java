package dev.mayfly.operator.loop;

import dev.mayfly.api.v1alpha1.EphemeralTaskStatus;
import dev.mayfly.core.model.OwnerId;
import dev.mayfly.core.status.Findings;
import dev.mayfly.core.status.TaskMemory;
import dev.mayfly.operator.event.ComplianceEvents;
import dev.mayfly.operator.event.EventRecorder;
import dev.mayfly.runtime.RuntimeEvent;
import jakarta.enterprise.context.ApplicationScoped;

/**
 * Reports once, after the status was written: that a task finished, what it wrote outside of volumes, and that its
 * image violates a rule.
 */
@ApplicationScoped
class TaskEvents {
    private final EventRecorder events;
    private final WriteEvents writes;
    private final ComplianceEvents compliance;

    TaskEvents(EventRecorder events, WriteEvents writes, ComplianceEvents compliance) {
        this.events = events;
        this.writes = writes;
        this.compliance = compliance;
    }

    /** @param before null: there was none */
    void changed(OwnerId owner, EphemeralTaskStatus before, EphemeralTaskStatus now) {
        var known = before == null ? null : before.ephemerality();
        writes.found(owner, Findings.added(known, now.ephemerality()), now.ephemerality());
        compliance.changed(owner, before == null ? null : before.conditions(), now.conditions());
        if (TaskMemory.counts(before).verdict().isEmpty()) {
            TaskMemory.counts(now)
                    .verdict()
                    .ifPresent(end -> events.add(new RuntimeEvent(
                            owner,
                            end.complete() ? "Completed" : end.reason(),
                            owner.name(),
                            end.message(),
                            !end.complete())));
        }
    }
}
