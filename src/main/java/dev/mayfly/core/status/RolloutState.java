package dev.mayfly.core.status;

import dev.mayfly.api.v1alpha1.EphemeralWorkloadStatus;
import dev.mayfly.api.v1alpha1.EphemeralWorkloadStatusBuilder;
import dev.mayfly.core.model.Desired;
import dev.mayfly.core.model.Desired.OnFailure;
import dev.mayfly.core.model.Desired.Refusal;
import dev.mayfly.core.model.Indexes;
import dev.mayfly.core.model.Observed;
import io.fabric8.kubernetes.api.model.Condition;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Adds to the desired state what only the status knows: the stable revision, whether the rollout stalled, the revision
 * that runs after a rollback, and abandoned slots. Once the template changes, only the stable revision still counts.
 */
public final class RolloutState {
    private static final EphemeralWorkloadStatus NONE =
            EphemeralWorkloadStatusBuilder.builder().build();

    private RolloutState() {}

    /**
     * The desired state to plan for. A rollback takes effect once it has been read back: no crash in between can start
     * the failed revision again.
     *
     * @param read the status as the API server has it; null: none yet
     * @param spec the desired state of the spec, with the templates of earlier revisions
     */
    public static Desired of(EphemeralWorkloadStatus read, Desired spec, Instant now) {
        var goesOn = goesOn(read == null ? NONE : read, spec);
        return read == null ? goesOn : remembering(read, goesOn, now);
    }

    /** Revisions that may run in place of the spec's, according to the status: the first that is known does. */
    public static List<String> standIns(EphemeralWorkloadStatus read) {
        return read == null
                ? List.of()
                : Stream.of(read.updateRevision(), read.rolledBackTo(), read.currentRevision())
                        .filter(Objects::nonNull)
                        .toList();
    }

    /** The spec; in place of one that is refused, the last that was taken up. */
    private static Desired goesOn(EphemeralWorkloadStatus read, Desired spec) {
        var refused = spec.rollout().refused();
        var mayStart = spec.rollout().refused().flatMap(Refusal::revision).isEmpty()
                && !spec.revision().isEmpty();
        if (mayStart) {
            return spec;
        }
        var revision = refused.flatMap(Refusal::revision);
        if (revision.equals(Optional.ofNullable(read.updateRevision()))
                && RolloutMemory.runnable(read.rolledBackTo(), spec)) {
            return spec.withRevision(revision.get()); // it was rolled back
        }
        return standIns(read).stream()
                .filter(spec.earlier()::containsKey)
                .findFirst()
                .map(known ->
                        spec.withRevision(known).withTemplate(spec.earlier().get(known)))
                .orElseGet(() -> spec.startingNothing(refused.orElseThrow().why()));
    }

    private static Desired remembering(EphemeralWorkloadStatus read, Desired spec, Instant now) {
        var desired =
                spec.withRollout(rollout -> rollout.withStable(Objects.requireNonNullElse(read.currentRevision(), "")));
        var unknown = spec.specRevision().isEmpty();
        if (!unknown && !spec.revision().equals(read.updateRevision())) {
            return desired;
        }
        desired = desired.abandoning(
                Indexes.parse(read.abandonedSlots()).stream().boxed().collect(Collectors.toSet()));
        if (unknown) {
            return desired;
        }
        var rolledBackTo = read.rolledBackTo();
        if (rolledBackTo == null) {
            return desired.withRollout(rollout -> rollout.withStalled(stalled(read, spec, now)));
        }
        return RolloutMemory.runnable(rolledBackTo, spec)
                ? desired.withRevision(rolledBackTo)
                        .withTemplate(spec.earlier().get(rolledBackTo))
                        .withRollout(rollout -> rollout.withRolledBack(Optional.of(spec.revision())))
                : desired.withRollout(rollout -> rollout.withStalled(true));
    }

    /** When the status changes next even if nothing happens; empty: not before something happens. */
    public static Optional<Duration> requeueAfter(EphemeralWorkloadStatus status, Desired desired, Observed observed) {
        return RolloutMemory.requeueAfter(status, desired, observed);
    }

    /**
     * The condition of a rollout that failed or was rolled back; empty: it did neither, or {@code before} already said
     * so.
     *
     * @param before null: none yet
     */
    public static Optional<Condition> failed(EphemeralWorkloadStatus before, EphemeralWorkloadStatus now) {
        var known = before == null || !Objects.equals(before.updateRevision(), now.updateRevision())
                ? Optional.<Condition>empty()
                : Progress.failed(before);
        return Progress.failed(now)
                .filter(failed -> known.filter(c -> c.getReason().equals(failed.getReason()))
                        .isEmpty());
    }

    /** True if a rollout that was halted goes on once the status is read back. */
    public static boolean resumes(Desired desired, EphemeralWorkloadStatus now) {
        return desired.rollout().stalled() && now.rolledBackTo() == null && !Progress.isOverdue(now);
    }

    private static boolean stalled(EphemeralWorkloadStatus read, Desired spec, Instant now) {
        return spec.rollout().onFailure() != OnFailure.Continue
                && Progress.isOverdue(read)
                && read.rollout() != null
                && spec.revision().equals(read.rollout().revision())
                && !RolloutMemory.due(read.rollout(), spec).isAfter(now);
    }
}
