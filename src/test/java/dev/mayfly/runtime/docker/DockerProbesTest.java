package dev.mayfly.runtime.docker;

import static dev.mayfly.runtime.docker.ProbedRuntime.exec;
import static dev.mayfly.runtime.docker.ProbedRuntime.http;
import static dev.mayfly.runtime.docker.ProbedRuntime.impatient;
import static dev.mayfly.runtime.docker.ProbedRuntime.probe;
import static dev.mayfly.runtime.docker.ProbedRuntime.web;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.core.model.Phase;
import dev.mayfly.core.model.Probe;
import dev.mayfly.core.model.Probe.Probes;
import dev.mayfly.core.model.Replica;
import dev.mayfly.runtime.Ownership;
import dev.mayfly.testing.engine.Docker;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Probes against replicas of a real engine. */
@Tag("engine")
class DockerProbesTest {
    private final ProbedRuntime docker = new ProbedRuntime();

    @AfterEach
    void leaveNothingBehind() {
        docker.close();
    }

    @Test
    void aReplicaIsReadyWhileItsReadinessProbeSucceeds() {
        var id = docker.launch(web(readiness(http("/ok", 1))));
        docker.awaitEvent("Unhealthy", "Readiness probe failed: GET http://");
        assertThat(docker.find(id).orElseThrow())
                .matches(replica ->
                        replica.phase() == Phase.RUNNING && replica.health().gated() && !replica.ready());

        docker.run(id, "touch", "/tmp/ok");
        var ready = docker.await(id, Replica::ready);
        assertThat(ready.health().readySince()).isPresent();

        docker.run(id, "rm", "/tmp/ok");
        var ill = docker.await(id, replica -> !replica.ready());
        assertThat(ill.health().unhealthy()).isEmpty();
        assertThat(ill.health().served()).isPositive();
        docker.awaitEvent("Unhealthy", "answered 404");
    }

    @Test
    void aReplicaWhoseLivenessProbeFailsIsUnhealthyAndNotReadyAtOnce() {
        var id = docker.launch(web(liveness(exec(2, "sh", "-c", "echo so ill; test ! -e /tmp/ill"))));
        docker.await(id, Replica::ready);

        docker.run(id, "touch", "/tmp/ill");
        var ill = docker.await(id, replica -> replica.health().unhealthy().isPresent());

        assertThat(ill.ready()).isFalse();
        var failure = ill.health().unhealthy().orElseThrow();
        assertThat(failure.reason()).isEqualTo("Unhealthy");
        assertThat(failure.message())
                .startsWith("Liveness probe failed: command 'sh -c")
                .endsWith("so ill");
    }

    @Test
    void theStartupProbeHoldsTheOthersOff() {
        var started = exec(300, "test", "-e", "/tmp/started");
        var alive = exec(1, "test", "-e", "/tmp/alive");
        var id = docker.launch(web(new Probes(Optional.of(started), Optional.empty(), Optional.of(alive))));
        docker.awaitEvent("Unhealthy", "Startup probe failed");
        assertThat(docker.find(id).orElseThrow())
                .matches(replica ->
                        !replica.ready() && replica.health().unhealthy().isEmpty());

        docker.run(id, "touch", "/tmp/started");

        docker.await(id, replica -> replica.health().unhealthy().isPresent());
        assertThat(docker.events).noneMatch(event -> event.note().contains("Readiness"));
    }

    @Test
    void aPortThatAcceptsIsSuccess() {
        var id = docker.launch(web(readiness(probe(new Probe.TcpSocket(8080), 3))));

        docker.await(id, Replica::ready);
    }

    @Test
    void commandsThatHangDoNotPileUp() {
        var id = docker.launch(web(readiness(impatient("sleep", "777"))));
        docker.awaitEvent("Unhealthy", "no answer within 1 s");
        docker.awaitEvent("Unhealthy", "still runs");

        assertThat(processes(Ownership.containerName(id)))
                .filteredOn(line -> line.contains("sleep 777"))
                .hasSize(1);
    }

    @Test
    void aRestartOfTheOperatorFindsReadyWhatIsReadySinceItsStart() {
        var id = docker.launch(web(readiness(http("/", 3))));
        docker.await(id, replica -> replica.phase() == Phase.RUNNING);
        docker.run(id, "touch", "/tmp/index.html");
        docker.await(id, Replica::ready);

        var begin = System.nanoTime();
        docker.restart();
        var atOnce = docker.find(id).orElseThrow();

        if (System.nanoTime() - begin < ProbedRuntime.SECOND.toNanos()) { // the answer is waited for no longer
            assertThat(atOnce.ready()).isTrue();
        }
        var found = docker.await(id, Replica::ready);
        assertThat(found.health().readySince()).isEqualTo(found.startedAt());
    }

    @Test
    void aRestartForgetsNoProbe() {
        var id = docker.launch(web(liveness(exec(1, "test", "!", "-e", "/tmp/ill"))));
        docker.await(id, Replica::ready);

        docker.restart();
        docker.run(id, "touch", "/tmp/ill");

        docker.await(id, replica -> replica.health().unhealthy().isPresent());
    }

    @Test
    void terminatedReplicasAreNotProbed() {
        var id = docker.launch(web(readiness(exec(1, "true"))));
        docker.await(id, Replica::ready);

        Docker.client().killContainerCmd(Ownership.containerName(id)).exec();

        var ended = docker.await(id, replica -> replica.phase() == Phase.ENDED);
        assertThat(ended.health().served()).isPositive();
        assertThat(docker.events).noneMatch(event -> event.reason().equals("Unhealthy"));
    }

    @Test
    void aProbeCommandThatEndsWithItsReplicaDoesNotCount() {
        var id = docker.launch(web(readiness(exec(1, "sleep", "778"))));
        docker.await(id, replica -> replica.phase() == Phase.RUNNING);
        Awaitility.await()
                .until(
                        () -> processes(Ownership.containerName(id)),
                        all -> all.toString().contains("sleep 778"));

        Docker.client().killContainerCmd(Ownership.containerName(id)).exec();

        docker.await(id, replica -> replica.phase() == Phase.ENDED);
        assertThat(docker.events).noneMatch(event -> event.reason().equals("Unhealthy"));
    }

    private static List<String> processes(String container) {
        return Arrays.stream(Docker.client().topContainerCmd(container).exec().getProcesses())
                .map(line -> String.join(" ", line))
                .toList();
    }

    private static Probes readiness(Probe probe) {
        return new Probes(Optional.empty(), Optional.of(probe), Optional.empty());
    }

    private static Probes liveness(Probe probe) {
        return new Probes(Optional.empty(), Optional.empty(), Optional.of(probe));
    }
}
