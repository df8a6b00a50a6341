package dev.mayfly.core.status;

import static dev.mayfly.core.model.Samples.NOON;
import static dev.mayfly.core.model.Samples.observed;
import static dev.mayfly.core.model.Samples.replica;

import dev.mayfly.api.v1alpha1.EphemeralWorkloadStatus;
import dev.mayfly.core.audit.AuditReport;
import dev.mayfly.core.model.Desired;
import dev.mayfly.core.model.Desired.OnFailure;
import dev.mayfly.core.model.Observed;
import dev.mayfly.core.model.Phase;
import dev.mayfly.core.model.Replica;
import dev.mayfly.core.model.Samples;
import dev.mayfly.core.policy.Compliance;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Two replicas of v1 and a rollout of v2 with a progress deadline of a minute. */
final class RolloutFixture {
    static final Replica[] OLD = {replica(0, Phase.RUNNING), replica(1, Phase.RUNNING)};
    static final Replica NEW = replica(2, 1, "v2", Phase.RUNNING);
    static final Replica BROKEN = replica(2, 1, "v2", Phase.FAILED);
    /** The status after v1 was rolled out. */
    static final EphemeralWorkloadStatus STABLE = status(null, desired("v1"), observed(OLD));

    private RolloutFixture() {}

    /** The status after a rollout made no progress for that long. */
    static EphemeralWorkloadStatus failing(OnFailure onFailure, int seconds) {
        var desired = desired("v2").withRollout(rollout -> rollout.withOnFailure(onFailure));
        var began = status(STABLE, desired, observed(OLD));
        return status(began, desired, observed(OLD).at(at(seconds)));
    }

    static Desired rollingBack(String revision) {
        return desired(revision).withRollout(rollout -> rollout.withOnFailure(OnFailure.Rollback));
    }

    /** Two replicas, a progress deadline of a minute, all templates known. */
    static Desired desired(String revision) {
        var earlier = Stream.of("v1", "v2", "v3").collect(Collectors.toMap(r -> r, Samples::template));
        return Samples.desired(2)
                .withRevision(revision)
                .withTemplate(Samples.template(revision))
                .withEarlier(earlier)
                .withRollout(rollout -> rollout.withProgressDeadline(Duration.ofMinutes(1)));
    }

    static Replica of(String revision, int slot) {
        return replica(slot, 1, revision, Phase.RUNNING);
    }

    static Instant at(int seconds) {
        return NOON.plusSeconds(seconds);
    }

    static EphemeralWorkloadStatus status(EphemeralWorkloadStatus previous, Desired desired, Observed observed) {
        return StatusCalculator.status(
                previous, 7, "Docker", desired, observed, List.of(), AuditReport.NONE, null, Compliance.UNKNOWN);
    }

    static String summary(EphemeralWorkloadStatus status) {
        var condition = Conditions.of(status.conditions()).find("Progressing").orElseThrow();
        return condition.getStatus() + " " + condition.getReason();
    }

    static String message(EphemeralWorkloadStatus status) {
        return Conditions.of(status.conditions())
                .find("Progressing")
                .orElseThrow()
                .getMessage();
    }
}
