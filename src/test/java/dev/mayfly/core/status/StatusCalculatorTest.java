package dev.mayfly.core.status;

import static dev.mayfly.core.model.Samples.NOON;
import static dev.mayfly.core.model.Samples.desired;
import static dev.mayfly.core.model.Samples.observed;
import static dev.mayfly.core.model.Samples.replica;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.api.v1alpha1.EphemeralWorkloadStatus;
import dev.mayfly.api.v1alpha1.ImageStatus;
import dev.mayfly.api.v1alpha1.ImageStatusBuilder;
import dev.mayfly.core.audit.AuditReport;
import dev.mayfly.core.model.Desired;
import dev.mayfly.core.model.Failure;
import dev.mayfly.core.model.Observed;
import dev.mayfly.core.model.Phase;
import dev.mayfly.core.policy.Compliance;
import java.util.List;
import org.junit.jupiter.api.Test;

class StatusCalculatorTest {
    private static final ImageStatus IMAGE = ImageStatusBuilder.builder()
            .digest("sha256:abc")
            .size(Sizes.of(4_000_000L))
            .build();
    private static final Observed TWO_READY = observed(replica(0, Phase.RUNNING), replica(1, Phase.RUNNING));

    @Test
    void countsExistingReplicas() {
        var observed = observed(
                replica(0, 1, "v1", Phase.ENDED),
                replica(0, 3, "v1", Phase.RUNNING),
                replica(1, 1, "v0", Phase.RUNNING),
                replica(2, Phase.PENDING),
                replica(3, Phase.CREATED),
                replica(4, Phase.FAILED),
                replica(5, Phase.TERMINATING));

        var status = status(null, desired(5), observed);

        assertThat(status.observedGeneration()).isEqualTo(7);
        assertThat(status.replicas()).isEqualTo(4);
        assertThat(status.readyReplicas()).isEqualTo(2);
        assertThat(status.availableReplicas()).isEqualTo(2);
        assertThat(status.updatedReplicas()).isEqualTo(3);
        assertThat(status.terminatingReplicas()).isEqualTo(1);
        assertThat(status.restarts()).isEqualTo(2);
        assertThat(status.selector()).isEqualTo("mayfly.dev/owner-uid=uid-web");
        assertThat(status.image()).isEqualTo(IMAGE);
    }

    @Test
    void theSameObservationGivesTheSameStatus() {
        var first = status(null, desired(2), TWO_READY);

        assertThat(status(first, desired(2), TWO_READY.at(NOON.plusSeconds(99))))
                .isEqualTo(first);
    }

    @Test
    void aWorkloadWithAllReplicasIsAvailableCompleteAndAsExpected() {
        var status = status(null, desired(2), TWO_READY);

        assertThat(summary(status, "Available")).isEqualTo("True MinimumReplicasAvailable");
        assertThat(summary(status, "Progressing")).isEqualTo("True NewRevisionAvailable");
        assertThat(summary(status, "Degraded")).isEqualTo("False AsExpected");
    }

    @Test
    void maxUnavailableReplicasMayBeMissing() {
        assertThat(summary(status(null, desired(3), TWO_READY), "Available")).startsWith("True");
        assertThat(summary(status(null, desired(4), TWO_READY), "Available"))
                .isEqualTo("False MinimumReplicasUnavailable");
    }

    @Test
    void aRolloutProgressesUntilOnlyTheNewRevisionExists() {
        var mixed = observed(replica(0, 1, "v0", Phase.RUNNING), replica(1, Phase.RUNNING));

        assertThat(summary(status(null, desired(2), mixed), "Progressing")).isEqualTo("True NewReplicasProgressing");
    }

    @Test
    void healingDoesNotMakeACompleteRolloutIncomplete() {
        var complete = status(null, desired(2), TWO_READY);
        var healing = observed(replica(0, Phase.RUNNING), replica(1, 2, "v1", Phase.PENDING));

        assertThat(summary(status(complete, desired(2), healing), "Progressing"))
                .isEqualTo("True NewRevisionAvailable");
    }

    @Test
    void aPausedRolloutIsReported() {
        var d = desired(2);
        var paused = d.withRevision("v2").withRollout(rollout -> rollout.withPaused(true));

        assertThat(summary(status(null, paused, TWO_READY), "Progressing")).isEqualTo("Unknown Paused");
    }

    @Test
    void transitionTimesMoveOnlyWithTheStatus() {
        var before = status(null, desired(2), TWO_READY);
        var after = status(before, desired(9), TWO_READY.at(NOON.plusSeconds(60)));

        assertThat(transition(after, "Available")).isEqualTo("2026-01-01T12:01:00Z");
        assertThat(transition(after, "Degraded")).isEqualTo("2026-01-01T12:00:00Z");
    }

    @Test
    void heldReplicasAreInNoOtherCount() {
        var held = replica(7, Phase.RUNNING)
                .withHealth(health -> health.withWarm(true))
                .in(Phase.HELD, NOON);

        var status = status(null, desired(0), observed(held));

        assertThat(status.warmReplicas()).isEqualTo(1);
        assertThat(status.replicas() + status.readyReplicas() + status.updatedReplicas())
                .isZero();
        assertThat(status(null, desired(0), observed()).warmReplicas()).isNull();
    }

    @Test
    void anUnreachableEngineKeepsTheCountsAndMakesConditionsUnknown() {
        var before = status(null, desired(2), TWO_READY);
        var why = new Failure("EngineUnreachable", "no answer from /var/run/docker.sock");

        var status = StatusCalculator.unreachable(before, 8, why, NOON.plusSeconds(60));

        assertThat(status.readyReplicas()).isNull();
        assertThat(status.availableReplicas()).isNull();
        assertThat(status.updatedReplicas()).isNull();
        assertThat(status.terminatingReplicas()).isNull();
        assertThat(status.replicas())
                .as("the last known: the scale subresource reads an absent one as 0")
                .isEqualTo(2);
        assertThat(summary(status, "Progressing")).isEqualTo("Unknown EngineUnreachable");
        assertThat(status.observedGeneration())
                .as("of the last spec that was planned for")
                .isEqualTo(7);
        assertThat(summary(status, "Available")).isEqualTo("Unknown EngineUnreachable");
        assertThat(summary(status, "Degraded")).isEqualTo("True EngineUnreachable");
        assertThat(StatusCalculator.unreachable(status, 8, why, NOON.plusSeconds(90)))
                .isEqualTo(status);
        assertThat(summary(status(status, desired(2), TWO_READY), "Degraded")).isEqualTo("False AsExpected");
        assertThat(summary(status(status, desired(2), observed(replica(0, Phase.RUNNING))), "Progressing"))
                .as("healing after the outage is no new rollout")
                .isEqualTo("True NewRevisionAvailable");
    }

    @Test
    void failuresOutsideOfReplicasComeFirst() {
        var status = StatusCalculator.status(
                null,
                7,
                "Docker",
                desired(2),
                TWO_READY,
                List.of(new Failure("PathRefused", "/etc")),
                AuditReport.NONE,
                IMAGE,
                Compliance.UNKNOWN);

        assertThat(summary(status, "Degraded")).isEqualTo("True PathRefused");
    }

    private static EphemeralWorkloadStatus status(
            EphemeralWorkloadStatus previous, Desired desired, Observed observed) {
        return StatusCalculator.status(
                previous, 7, "Docker", desired, observed, List.of(), AuditReport.NONE, IMAGE, Compliance.UNKNOWN);
    }

    private static String summary(EphemeralWorkloadStatus status, String type) {
        var condition = Conditions.of(status.conditions()).find(type).orElseThrow();
        return condition.getStatus() + " " + condition.getReason();
    }

    private static String transition(EphemeralWorkloadStatus status, String type) {
        return Conditions.of(status.conditions()).find(type).orElseThrow().getLastTransitionTime();
    }
}
