package dev.mayfly.core.status;

import dev.mayfly.api.v1alpha1.EphemeralWorkloadStatus;
import dev.mayfly.core.model.Desired;
import dev.mayfly.core.model.Desired.OnFailure;
import dev.mayfly.core.model.Indexes;
import dev.mayfly.core.model.Observed;
import io.fabric8.kubernetes.api.model.Condition;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Adds to the desired state what only the status knows: the stable revision, whether the rollout stalled, the revision
 * that runs after a rollback, and abandoned slots. Once the template changes, only the stable revision still counts.
 */
public final class RolloutState {
    private RolloutState() {}

    /**
     * The desired state to plan for. A rollback takes effect once it has been read back: no crash in between can start
     * the failed revision again.
     *
     * @param read the status as the API server has it; null: none yet
     * @param spec the desired state of the spec, with the templates of earlier revisions
     */
    public static Desired of(EphemeralWorkloadStatus read, Desired spec, Instant now) {
        if (read == null) {
            return spec;
        }
        var desired =
                spec.withRollout(rollout -> rollout.withStable(Objects.requireNonNullElse(read.currentRevision(), "")));
        if (!spec.revision().equals(read.updateRevision())) {
            return desired;
        }
        desired = desired.abandoning(
                Indexes.parse(read.givenUpSlots()).stream().boxed().collect(Collectors.toSet()));
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

    private static boolean stalled(EphemeralWorkloadStatus read, Desired spec, Instant now) {
        return spec.rollout().onFailure() != OnFailure.Continue
                && Progress.failed(read)
                        .filter(c -> c.getReason().equals(Progress.OVERDUE))
                        .isPresent()
                && read.rollout() != null
                && spec.revision().equals(read.rollout().revision())
                && !RolloutMemory.due(read.rollout(), spec).isAfter(now);
    }
}
