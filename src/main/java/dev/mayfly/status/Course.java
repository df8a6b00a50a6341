package dev.mayfly.status;

import dev.mayfly.api.v1alpha1.EphemeralWorkloadStatus;
import dev.mayfly.model.Desired;
import dev.mayfly.model.Desired.OnFailure;
import dev.mayfly.model.Indexes;
import dev.mayfly.model.Observed;
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
public final class Course {
    private Course() {}

    /**
     * The desired state to plan for. A rollback takes effect once it has been read back: no crash in between can start
     * the failed revision again.
     *
     * @param read the status as the API server has it; null: none yet
     * @param asked the desired state of the spec, with the templates of earlier revisions
     */
    public static Desired of(EphemeralWorkloadStatus read, Desired asked, Instant now) {
        if (read == null) {
            return asked;
        }
        var desired = asked.withStable(Objects.requireNonNullElse(read.currentRevision(), ""));
        if (!asked.revision().equals(read.updateRevision())) {
            return desired;
        }
        desired = desired.givingUp(
                Indexes.parse(read.givenUpSlots()).stream().boxed().collect(Collectors.toSet()));
        var instead = read.rolledBackTo();
        if (instead == null) {
            return desired.withStalled(stalled(read, asked, now));
        }
        return RolloutMemory.runnable(instead, asked)
                ? desired.withRevision(instead)
                        .withTemplate(asked.earlier().get(instead))
                        .withRolledBack(Optional.of(asked.revision()))
                : desired.withStalled(true);
    }

    /** When the status changes next even if nothing happens; empty: not before something happens. */
    public static Optional<Duration> nextLook(EphemeralWorkloadStatus status, Desired desired, Observed observed) {
        return RolloutMemory.nextLook(status, desired, observed);
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

    private static boolean stalled(EphemeralWorkloadStatus read, Desired asked, Instant now) {
        return asked.onFailure() != OnFailure.Continue
                && Progress.failed(read)
                        .filter(c -> c.getReason().equals(Progress.OVERDUE))
                        .isPresent()
                && read.rollout() != null
                && asked.revision().equals(read.rollout().revision())
                && !RolloutMemory.due(read.rollout(), asked).isAfter(now);
    }
}
