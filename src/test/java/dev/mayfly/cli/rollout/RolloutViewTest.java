package dev.mayfly.cli.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.api.v1alpha1.EphemeralWorkload;
import dev.mayfly.cli.rollout.RolloutView.State;
import io.fabric8.kubernetes.client.utils.Serialization;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RolloutViewTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            1, replicas: 3, updatedReplicas: 3, availableReplicas: 3 | NewRevisionAvailable | spec of
            2, replicas: 3, updatedReplicas: 1, availableReplicas: 3 | NewReplicasProgressing | 1 of 3 new replicas
            2, replicas: 4, updatedReplicas: 3, availableReplicas: 3 | NewReplicasProgressing | 1 old replicas
            2, replicas: 3, updatedReplicas: 3, availableReplicas: 2 | NewReplicasProgressing | 2 of 3 replicas are available
            2, replicas: 3, updatedReplicas: 3, availableReplicas: 3 | Paused                 | it is paused
            """)
    void aRolloutThatGoesOnSaysWhatItWaitsFor(String status, String progress, String words) {
        var view = RolloutView.of(workload(status, "Progressing", progress));

        assertThat(view.state()).isEqualTo(State.GOES_ON);
        assertThat(view.sentence())
                .startsWith("Waiting for the")
                .contains(words)
                .endsWith("...");
    }

    @Test
    void aWorkloadThatNobodyUsesMakesNobodyWait() {
        var status = "2, replicas: 0, idleStartTime: \"2026-01-01T12:00:00Z\"";

        assertThat(RolloutView.of(workload(status, "Progressing", "NewRevisionAvailable"))
                        .state())
                .isEqualTo(State.DONE);
    }

    @Test
    void aRolloutIsDoneWhenAllReplicasAreNewAndAvailable() {
        var status = "2, replicas: 3, updatedReplicas: 3, availableReplicas: 3";

        assertThat(RolloutView.of(workload(status, "Progressing", "NewRevisionAvailable")))
                .isEqualTo(new RolloutView(State.DONE, "ephemeralworkload \"web\" successfully rolled out"));
    }

    @ParameterizedTest
    @CsvSource({
        "Progressing, ProgressDeadlineExceeded, exceeded its progress deadline",
        "Progressing, RolledBack, was rolled back",
        "Degraded, InvalidSpec, can't be rolled out: words"
    })
    void aRolloutThatFailedSaysWhatToDo(String type, String reason, String words) {
        var view = RolloutView.of(workload("2, replicas: 3", type, reason));

        assertThat(view.state()).isEqualTo(State.FAILED);
        assertThat(view.sentence()).contains(words);
    }

    @Test
    void aSpecThatWasCorrectedSinceIsWaitedFor() {
        var web = workload("1, replicas: 3", "Degraded", "InvalidSpec");
        var degraded = web.getStatus().conditions().getFirst();

        degraded.setObservedGeneration(1L);
        assertThat(RolloutView.of(web).sentence()).contains("spec of");
        degraded.setObservedGeneration(2L);
        assertThat(RolloutView.of(web).state()).isEqualTo(State.FAILED);
    }

    private static EphemeralWorkload workload(String status, String type, String reason) {
        return Serialization.unmarshal("""
                        apiVersion: mayfly.dev/v1alpha1
                        kind: EphemeralWorkload
                        metadata: {name: web, generation: 2}
                        spec: {replicas: 3, template: {image: busybox}}
                        status: {observedGeneration: %s, conditions: [{type: %s, status: "True", reason: %s, message: words}]}
                        """.formatted(status, type, reason), EphemeralWorkload.class);
    }
}
