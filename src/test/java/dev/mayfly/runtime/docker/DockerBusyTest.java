package dev.mayfly.runtime.docker;

import static dev.mayfly.runtime.docker.ProbedRuntime.exec;
import static dev.mayfly.runtime.docker.ProbedRuntime.http;
import static dev.mayfly.runtime.docker.ProbedRuntime.impatient;
import static dev.mayfly.runtime.docker.ProbedRuntime.web;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.core.model.Phase;
import dev.mayfly.core.model.Probe;
import dev.mayfly.core.model.Probe.Probes;
import dev.mayfly.core.model.Replica;
import dev.mayfly.core.model.Replica.Busy;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Asking replicas of a real engine whether they are busy. */
@Tag("engine")
class DockerBusyTest {
    private final ProbedRuntime docker = new ProbedRuntime();

    @AfterEach
    void leaveNothingBehind() {
        docker.close();
    }

    @Test
    void runningReplicasAreProbedAtOnceAndThenPeriodically() {
        var id = docker.launch(web(Probes.NONE));
        docker.await(id, replica -> replica.phase() == Phase.RUNNING);
        var before = Instant.now();

        watch(exec(1, "test", "-e", "/tmp/busy"));
        var idle = docker.await(id, replica -> replica.health().busy().isPresent())
                .health()
                .busy()
                .orElseThrow();
        assertThat(idle.busy()).isFalse();
        assertThat(idle.asOf()).isAfterOrEqualTo(before);

        docker.run(id, "touch", "/tmp/busy");
        var busy = docker.await(id, replica -> busy(replica)).health().busy().orElseThrow();
        assertThat(busy.asOf()).isAfter(idle.asOf());
    }

    @Test
    void replicasThatStartLaterAreAlsoProbed() {
        watch(http("/", 1));

        var id = docker.launch(web(Probes.NONE));

        docker.await(id, replica -> replica.health().busy().isPresent());
    }

    @Test
    void anotherProbeTakesThePlaceOfTheFirst() {
        var id = docker.launch(web(Probes.NONE));
        docker.await(id, replica -> replica.phase() == Phase.RUNNING);
        watch(exec(1, "false"));
        docker.await(id, replica -> replica.health().busy().isPresent());

        watch(exec(1, "true"));

        docker.await(id, DockerBusyTest::busy);
    }

    @Test
    void whoDoesNotAnswerHasNotProvenToBeIdle() {
        var id = docker.launch(web(Probes.NONE));
        docker.await(id, replica -> replica.phase() == Phase.RUNNING);

        watch(impatient("sleep", "777"));

        docker.await(id, DockerBusyTest::busy);
    }

    @Test
    void whatWasAnsweredIsForgottenWithTheProbe() {
        var id = docker.launch(web(Probes.NONE));
        docker.await(id, replica -> replica.phase() == Phase.RUNNING);
        watch(exec(1, "true"));
        docker.await(id, DockerBusyTest::busy);

        docker.runtime().busyWatch().orElseThrow().watchBusy(docker.owner, Optional.empty());

        docker.await(id, replica -> replica.health().busy().isEmpty());
    }

    private void watch(Probe probe) {
        docker.runtime().busyWatch().orElseThrow().watchBusy(docker.owner, Optional.of(probe));
    }

    private static boolean busy(Replica replica) {
        return replica.health().busy().filter(Busy::busy).isPresent();
    }
}
