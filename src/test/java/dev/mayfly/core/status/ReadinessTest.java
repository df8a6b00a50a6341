package dev.mayfly.core.status;

import static dev.mayfly.core.model.Samples.NOON;
import static dev.mayfly.core.model.Samples.desired;
import static dev.mayfly.core.model.Samples.observed;
import static dev.mayfly.core.model.Samples.replica;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.api.v1alpha1.EphemeralWorkloadStatus;
import dev.mayfly.core.audit.AuditReport;
import dev.mayfly.core.model.Desired;
import dev.mayfly.core.model.Failure;
import dev.mayfly.core.model.Observed;
import dev.mayfly.core.model.Phase;
import dev.mayfly.core.policy.Compliance;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReadinessTest {
    private static final Observed BOTH = observed(replica(0, Phase.RUNNING), replica(1, Phase.RUNNING));
    private static final Failure SHARE = new Failure(Failure.SHARE_EXCEEDED, "It ends so often.");

    @Test
    void withAllReplicasAndNoProblemItIsReady() {
        assertThat(ready(status(null, desired(2), BOTH, List.of()))).isEqualTo("True AllReplicasReady");
        assertThat(ready(status(null, desired(0), observed(), List.of()))).isEqualTo("True AllReplicasReady");
    }

    @Test
    void aReplicaThatIsMissingMakesItNotReadyWithoutACount() {
        var ready = status(null, desired(2), BOTH, List.of());
        var healing = observed(replica(0, Phase.RUNNING), replica(1, 2, "v1", Phase.PENDING));

        var status = status(ready, desired(2), healing, List.of());

        assertThat(ready(status)).isEqualTo("False ReplicasNotReady");
        assertThat(Conditions.of(status.conditions())
                        .find("Ready")
                        .orElseThrow()
                        .getMessage())
                .doesNotContainPattern("[0-9]");
    }

    @Test
    void aRolloutThatIsNotOverMakesItNotReady() {
        var old = observed(replica(0, 1, "v0", Phase.RUNNING), replica(1, Phase.RUNNING));
        var paused = desired(2).withRevision("v2").withRollout(rollout -> rollout.withPaused(true));

        assertThat(ready(status(null, desired(2), old, List.of()))).isEqualTo("False NewReplicasProgressing");
        assertThat(ready(status(null, paused, BOTH, List.of()))).isEqualTo("False Paused");
    }

    @Test
    void aProblemComesFirst() {
        assertThat(ready(status(null, desired(2), BOTH, List.of(SHARE)))).isEqualTo("False FairShareExceeded");
    }

    @Test
    void whereNobodySeesTheReplicasItIsUnknown() {
        var why = new Failure("EngineUnreachable", "no answer");

        assertThat(ready(StatusCalculator.unreachable(null, 1, why, NOON))).isEqualTo("Unknown EngineUnreachable");
    }

    private static EphemeralWorkloadStatus status(
            EphemeralWorkloadStatus before, Desired desired, Observed observed, List<Failure> troubles) {
        return StatusCalculator.status(
                before, 1, "Docker", desired, observed, troubles, AuditReport.NONE, null, Compliance.UNKNOWN);
    }

    private static String ready(EphemeralWorkloadStatus status) {
        var ready = Conditions.of(status.conditions()).find("Ready").orElseThrow();
        return ready.getStatus() + " " + ready.getReason();
    }
}
