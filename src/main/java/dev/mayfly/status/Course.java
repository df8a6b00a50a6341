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
 * What the status that was read makes of the wish: what is stable, whether the rollout stands still, what runs instead, and
 * which slots are given up. For another template all but the first is forgotten.
 */
public final class Course {
    private Course() {}

    /**
     * What is to be planned for. That a revision is rolled back takes effect once it is read back: then nobody who crashes
     * in between tries the failed one again.
     *
     * @param read the status as the API server has it; null: none yet
     * @param asked what the spec asks for, with the templates of earlier revisions
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

    /** When to look again for the status' own sake, though nothing happens. */
    public static Optional<Duration> nextLook(EphemeralWorkloadStatus status, Desired desired, Observed observed) {
        return RolloutMemory.nextLook(status, desired, observed);
    }

    /** That the rollout failed, or was rolled back, where the status did not say so before. @param before null: none yet */
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
