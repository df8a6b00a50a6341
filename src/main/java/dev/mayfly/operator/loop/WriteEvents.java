package dev.mayfly.operator.loop;

import dev.mayfly.api.v1alpha1.EphemeralityStatus;
import dev.mayfly.api.v1alpha1.EphemeralityStatus.FindingStatus;
import dev.mayfly.core.audit.SuggestedVolumes;
import dev.mayfly.core.model.Desired;
import dev.mayfly.core.model.Failure;
import dev.mayfly.core.model.Observed;
import dev.mayfly.core.model.OwnerId;
import dev.mayfly.core.model.Removal;
import dev.mayfly.core.model.Replica;
import dev.mayfly.core.plan.Planner.Plan;
import dev.mayfly.operator.cleanup.WorkloadTotalsJournal;
import dev.mayfly.operator.event.EventRecorder;
import dev.mayfly.runtime.RuntimeEvent;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;

/** Reports writes outside of volumes, once each, and their consequences. */
@ApplicationScoped
class WriteEvents {
    /** An Event's message has room for about two directories. */
    private static final int YAML = 600;

    private final EventRecorder events;
    private final WorkloadTotalsJournal totals;

    WriteEvents(EventRecorder events, WorkloadTotalsJournal totals) {
        this.totals = totals;
        this.events = events;
    }

    /**
     * @param added findings that the status lists for the first time, so that a restart of the operator repeats no
     *     Event
     * @param now the new status; null only if there are no new findings
     */
    void found(OwnerId owner, List<FindingStatus> added, EphemeralityStatus now) {
        if (added.isEmpty()) {
            return;
        }
        totals.found(owner, added);
        var first = added.getFirst();
        var more = added.size() == 1 ? "" : " and " + (added.size() - 1) + " more";
        var suggested = now.suggestedVolumes();
        var yaml = yaml(owner, suggested == null ? List.of() : suggested);
        events.add(new RuntimeEvent(
                owner,
                "WriteFound",
                "%s wrote %s (%s)%s outside of volumes and scratch"
                        .formatted(first.replica(), first.path(), first.kind(), more),
                yaml.isEmpty() ? "" : "it is lost with the replica. To keep it, add:\n" + yaml,
                true));
    }

    private static String yaml(OwnerId owner, List<String> directories) {
        for (var some = directories.size(); some > 0; some--) {
            var yaml = SuggestedVolumes.yaml(owner.name(), directories.subList(0, some));
            if (yaml.length() <= YAML) {
                return yaml;
            }
        }
        return "";
    }

    /** Reports the removals that a plan makes because of writes. */
    void followed(Desired desired, Observed observed, Plan plan) {
        for (var removal : plan.removals()) {
            switch (removal.cause()) {
                case RECREATE -> record("Recreated", removal, observed);
                case WRITES ->
                    record(
                            desired.restarts().abandoned().contains(removal.id().slot()) ? "Stopped" : "Recreated",
                            removal,
                            observed);
                default -> {
                    // not because of writes
                }
            }
        }
    }

    private void record(String reason, Removal removal, Observed observed) {
        var replica = observed.find(removal.id());
        if (replica.filter(r -> !r.phase().terminated()).isEmpty()) {
            return;
        }
        var why = replica.map(Replica::writes)
                .flatMap(writes -> writes.excess())
                .map(Failure::message)
                .orElse("it wrote outside of volumes and scratch");
        events.add(new RuntimeEvent(removal.id().owner(), reason, removal.id().replica(), why, true));
    }
}
