package dev.mayfly.status;

import static dev.mayfly.status.Conditions.condition;

import dev.mayfly.api.v1alpha1.EphemeralWorkloadStatus;
import dev.mayfly.api.v1alpha1.ImageStatus;
import dev.mayfly.model.AuditReport;
import dev.mayfly.model.Desired;
import dev.mayfly.model.Ephemerality.Mode;
import dev.mayfly.model.Failure;
import dev.mayfly.model.Observed;
import java.time.Instant;
import java.util.Optional;

/** What a workload's status says. Pure: the same input gives the same status, so nothing is written when nothing changed. */
public final class StatusCalculator {
    private static final EphemeralWorkloadStatus NONE = new EphemeralWorkloadStatus(
            null, null, null, null, null, null, null, null, null, null, null, null, null, null);

    private StatusCalculator() {}

    /**
     * The status of what was observed.
     *
     * @param previous null: there was none
     * @param runtime name of the runtime that the workload started with
     * @param trouble what keeps the workload from being as desired and can't be seen in its replicas
     * @param report what looks at the replicas found; {@link AuditReport#NONE} where nobody looks
     * @param image null: not known (any longer)
     */
    public static EphemeralWorkloadStatus status(
            EphemeralWorkloadStatus previous,
            long generation,
            String runtime,
            Desired desired,
            Observed observed,
            Optional<Failure> trouble,
            AuditReport report,
            ImageStatus image) {
        var before = previous == null ? NONE : previous;
        var known = Conditions.of(before.conditions());
        var found = Proof.modes(desired, observed).contains(Mode.Audit)
                ? Findings.of(before, desired.revision(), report)
                : null;
        var conditions = known.with(Availability.of(desired, observed, generation), observed.now())
                .with(Progress.of(known, desired, observed, generation), observed.now())
                .with(Degradation.of(known, desired, observed, trouble, generation), observed.now())
                .with(Proof.of(before, desired, observed, report, found, generation), observed.now());
        return new EphemeralWorkloadStatus(
                generation,
                runtime,
                Counts.existing(observed),
                observed.ready(),
                observed.ready(),
                Counts.existing(observed, desired.revision()),
                Counts.terminating(observed),
                observed.restarts(),
                "mayfly.dev/owner-uid=" + desired.owner().uid(),
                SlotRanges.format(desired.givenUp()),
                desired.revision(),
                found,
                image,
                conditions.list());
    }

    /** What runs is not known: the counts stay what they were when it last was. */
    public static EphemeralWorkloadStatus unreachable(
            EphemeralWorkloadStatus previous, long generation, Failure why, Instant now) {
        var before = previous == null ? NONE : previous;
        var conditions = Conditions.of(before.conditions())
                .with(condition(Availability.TYPE, "Unknown", why.reason(), why.message(), generation), now)
                .with(condition(Proof.TYPE, "Unknown", why.reason(), why.message(), generation), now)
                .with(Degradation.because(why, generation), now);
        return keeping(before, generation, conditions);
    }

    /** What is asked for makes no sense: what runs is left as it is. */
    public static EphemeralWorkloadStatus invalid(
            EphemeralWorkloadStatus previous, long generation, Failure why, Instant now) {
        var before = previous == null ? NONE : previous;
        var conditions = Conditions.of(before.conditions()).with(Degradation.because(why, generation), now);
        return keeping(before, generation, conditions);
    }

    private static EphemeralWorkloadStatus keeping(
            EphemeralWorkloadStatus before, long generation, Conditions conditions) {
        return new EphemeralWorkloadStatus(
                generation,
                before.runtime(),
                before.replicas(),
                before.readyReplicas(),
                before.availableReplicas(),
                before.updatedReplicas(),
                before.terminatingReplicas(),
                before.restarts(),
                before.selector(),
                before.givenUpSlots(),
                before.updateRevision(),
                before.ephemerality(),
                before.image(),
                conditions.list());
    }
}
