package dev.mayfly.core.status;

import dev.mayfly.api.v1alpha1.EphemeralWorkloadStatus;
import dev.mayfly.api.v1alpha1.EphemeralWorkloadStatusBuilder;
import dev.mayfly.api.v1alpha1.ImageStatus;
import dev.mayfly.core.audit.AuditReport;
import dev.mayfly.core.model.Desired;
import dev.mayfly.core.model.Ephemerality.Mode;
import dev.mayfly.core.model.Failure;
import dev.mayfly.core.model.Indexes;
import dev.mayfly.core.model.Observed;
import dev.mayfly.core.plan.AbandonedSlots;
import dev.mayfly.core.plan.RevisionShares;
import dev.mayfly.core.policy.Compliance;
import dev.mayfly.core.status.Counts.Availability;
import dev.mayfly.core.status.Degradation.FailedSlots;
import dev.mayfly.core.status.Findings.PreviousFindings;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/**
 * Calculates a workload's status. Pure: the same input gives the same status, so nothing is written if nothing changed.
 */
public final class StatusCalculator {
    private static final EphemeralWorkloadStatus NONE =
            EphemeralWorkloadStatusBuilder.builder().build();

    private StatusCalculator() {}

    /**
     * The status for an observed state.
     *
     * @param previous the previous status; null: none
     * @param all the observed state, including terminated replicas kept in abandoned slots
     * @param runtime name of the runtime that the workload started with
     * @param trouble a failure that keeps the workload from being as desired and does not show in its replicas;
     *     empty: none
     * @param report findings of the audits; {@link AuditReport#NONE}: nothing is audited
     * @param image null: not known, or no longer
     * @param compliance the image policies' verdict on the image
     */
    public static EphemeralWorkloadStatus status(
            EphemeralWorkloadStatus previous,
            long generation,
            String runtime,
            Desired desired,
            Observed all,
            Optional<Failure> trouble,
            AuditReport report,
            ImageStatus image,
            Compliance compliance) {
        var before = previous == null ? NONE : previous;
        var previousFindings = PreviousFindings.of(before);
        var known = previousFindings.conditions();
        var failed = FailedSlots.of(before, desired, all);
        var observed = AbandonedSlots.withoutKept(desired, all);
        var rollout = RolloutMemory.after(before, desired, observed);
        var shares = RevisionShares.of(desired.withoutAbandoned(), observed);
        var found = EphemeralCondition.modes(desired, observed).contains(Mode.Audit)
                ? Findings.of(previousFindings, desired.revision(), report)
                : null;
        var conditions = known.with(Availability.of(desired, observed, generation), observed.now())
                .with(Progress.of(rollout, desired, shares, generation), observed.now())
                .with(Degradation.of(known, desired, observed, failed, trouble, generation), observed.now())
                .with(EphemeralCondition.of(previousFindings, desired, all, report, found, generation), observed.now())
                .with(CompliantCondition.of(compliance, generation), observed.now());
        var surplusSince = desired.scaleDown().surplusSince();
        return before.with()
                .observedGeneration(generation)
                .runtime(runtime)
                .replicas(Counts.existing(observed))
                .readyReplicas(observed.ready())
                .availableReplicas(Counts.available(observed, desired))
                .updatedReplicas(Counts.existing(observed, desired.specRevision()))
                .terminatingReplicas(Counts.terminating(observed))
                .restarts(all.restarts())
                .selector("mayfly.dev/owner-uid=" + desired.owner().uid())
                .givenUpSlots(abandoned(rollout, desired, desired.restarts().abandoned()))
                .failedSlots(abandoned(rollout, desired, failed.slots()))
                .currentRevision(rollout.current())
                .updateRevision(desired.specRevision())
                .rolledBackTo(rollout.rolledBackTo())
                .rollout(rollout.rollout())
                .scalingDownSince(surplusSince.map(Instant::toString).orElse(null))
                .scalingDownTo(surplusSince.map(since -> desired.replicas()).orElse(null))
                .ephemerality(found)
                .image(image)
                .conditions(conditions.list())
                .build();
    }

    /** Slots are abandoned because of one revision. If another one runs in its place, it starts with all slots. */
    private static String abandoned(RolloutMemory rollout, Desired desired, Set<Integer> slots) {
        var other = RolloutMemory.runnable(rollout.rolledBackTo(), desired)
                && !rollout.rolledBackTo().equals(desired.revision());
        return other ? null : Indexes.of(slots).text().orElse(null);
    }

    /** The status while the observed state is not known: the counts keep their last values. */
    public static EphemeralWorkloadStatus unreachable(
            EphemeralWorkloadStatus previous, long generation, Failure why, Instant now) {
        var before = previous == null ? NONE : previous;
        var known =
                Conditions.of(before.conditions()).with(Degradation.unknown(Availability.TYPE, why, generation), now);
        return keepCounts(before, generation, Degradation.unreachable(known, why, generation, now));
    }

    /** The status for an invalid spec: everything that runs is left alone. */
    public static EphemeralWorkloadStatus invalid(
            EphemeralWorkloadStatus previous, long generation, Failure why, Instant now) {
        var before = previous == null ? NONE : previous;
        return keepCounts(
                before, generation, Degradation.invalid(Conditions.of(before.conditions()), why, generation, now));
    }

    private static EphemeralWorkloadStatus keepCounts(
            EphemeralWorkloadStatus before, long generation, Conditions conditions) {
        return before.withObservedGeneration(generation).withConditions(conditions.list());
    }
}
