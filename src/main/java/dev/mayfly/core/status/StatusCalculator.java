package dev.mayfly.core.status;

import dev.mayfly.api.v1alpha1.EphemeralWorkloadStatus;
import dev.mayfly.api.v1alpha1.EphemeralWorkloadStatus.ScaleDownStatus;
import dev.mayfly.api.v1alpha1.EphemeralWorkloadStatusBuilder;
import dev.mayfly.api.v1alpha1.ImageStatus;
import dev.mayfly.core.audit.AuditReport;
import dev.mayfly.core.model.Desired;
import dev.mayfly.core.model.Desired.Refusal;
import dev.mayfly.core.model.Desired.ScaleDownPolicy.ToZero;
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
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

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
     * @param generation generation of the spec as read; a spec that is refused is not observed, see {@link
     *     Desired.Rollout#refused}
     * @param troubles what keeps the workload from being as desired and does not show in its replicas, the most urgent
     *     first
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
            List<Failure> troubles,
            AuditReport report,
            ImageStatus image,
            Compliance compliance) {
        var before = previous == null ? NONE : previous;
        var refused = desired.rollout().refused();
        var why = Stream.concat(refused.map(Refusal::why).stream(), troubles.stream())
                .toList();
        var observedGeneration = refused.isPresent() ? before.observedGeneration() : Long.valueOf(generation);
        var runs = Objects.requireNonNullElse(observedGeneration, 0L);
        var previousFindings = PreviousFindings.of(before);
        var known = previousFindings.conditions();
        var failed = FailedSlots.of(before, desired, all);
        var observed = AbandonedSlots.withoutKept(desired, all);
        var rollout = RolloutMemory.after(before, desired, observed, !why.isEmpty());
        var shares = RevisionShares.of(desired.withoutAbandoned(), observed);
        var found = EphemeralCondition.modes(desired, observed).contains(Mode.Audit)
                ? Findings.of(previousFindings, desired.revision(), report)
                : null;
        var lastExit = Terminations.lastExit(before.lastTerminations());
        var conditions = known.with(Availability.of(desired, observed, runs), observed.now())
                .with(
                        Progress.of(rollout, desired, shares, isNotRun(refused, desired) ? generation : runs),
                        observed.now())
                .with(Degradation.of(known, desired, observed, failed, lastExit, why, generation), observed.now())
                .with(EphemeralCondition.of(previousFindings, desired, all, report, found, runs), observed.now())
                .with(CompliantCondition.of(compliance, runs), observed.now());
        var ready = Readiness.of(conditions, desired, observed, generation);
        var update = rollout.update(before, desired);
        var surplusSince = desired.scaleDown().surplusSince();
        return before.with()
                .observedGeneration(observedGeneration)
                .runtime(runtime)
                .replicas(Counts.existing(observed))
                .readyReplicas(observed.ready())
                .availableReplicas(Counts.available(observed, desired))
                .updatedReplicas(update == null ? 0 : Counts.existing(observed, update))
                .terminatingReplicas(Counts.terminating(observed))
                .warmReplicas(Counts.warm(all))
                .restarts(all.restarts() + all.pool().restarts())
                .selector("mayfly.dev/owner-uid=" + desired.owner().uid())
                .abandonedSlots(abandoned(rollout, desired, desired.restarts().abandoned()))
                .failedSlots(abandoned(rollout, desired, failed.slots()))
                .currentRevision(rollout.current())
                .updateRevision(update)
                .rolledBackTo(rollout.rolledBackTo())
                .rollout(rollout.rollout())
                .scaleDown(surplusSince
                        .map(since -> new ScaleDownStatus(since.toString(), desired.replicas()))
                        .orElse(null))
                .idleStartTime(
                        desired.toZero().flatMap(ToZero::since).map(Times::text).orElse(null))
                .ephemerality(found)
                .image(image)
                .conditions(conditions.with(ready, observed.now()).list())
                .build();
    }

    /** True if the rollout is that of a spec that is refused, not of one that runs. */
    private static boolean isNotRun(Optional<Refusal> refused, Desired desired) {
        var spec = refused.flatMap(Refusal::revision);
        return spec.equals(Optional.of(desired.specRevision())) && !spec.equals(Optional.of(desired.revision()));
    }

    /** Slots are abandoned because of one revision. If another one runs in its place, it starts with all slots. */
    private static String abandoned(RolloutMemory rollout, Desired desired, Set<Integer> slots) {
        var other = RolloutMemory.runnable(rollout.rolledBackTo(), desired)
                && !rollout.rolledBackTo().equals(desired.revision());
        return other ? null : Indexes.of(slots).text().orElse(null);
    }

    /**
     * The status while the observed state is not known: nothing is claimed of the replicas, and the spec counts as not
     * observed. {@code replicas} keeps its last value, since the scale subresource can't say that it is not known: an
     * absent one reads as 0 there.
     */
    public static EphemeralWorkloadStatus unreachable(
            EphemeralWorkloadStatus previous, long generation, Failure why, Instant now) {
        var before = previous == null ? NONE : previous;
        var known =
                Conditions.of(before.conditions()).with(Degradation.unknown(Availability.TYPE, why, generation), now);
        return before.with()
                .readyReplicas(null)
                .availableReplicas(null)
                .updatedReplicas(null)
                .terminatingReplicas(null)
                .warmReplicas(null)
                .conditions(Degradation.unreachable(Progress.unseen(known, why, generation, now), why, generation, now)
                        .with(Degradation.unknown(Readiness.TYPE, why, generation), now)
                        .list())
                .build();
    }
}
