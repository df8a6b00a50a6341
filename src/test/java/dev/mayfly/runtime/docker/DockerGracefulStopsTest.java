package dev.mayfly.runtime.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mayfly.core.model.Launch;
import dev.mayfly.core.model.Launch.Priority;
import dev.mayfly.core.model.OwnerId;
import dev.mayfly.core.model.Removal;
import dev.mayfly.core.model.ReplicaId;
import dev.mayfly.core.model.Template;
import dev.mayfly.core.model.Template.PreStop;
import dev.mayfly.core.model.Termination;
import dev.mayfly.core.model.Termination.Exit;
import dev.mayfly.runtime.ImageEngine.ImageGate;
import dev.mayfly.runtime.Ownership;
import dev.mayfly.runtime.RuntimeEvent;
import dev.mayfly.runtime.docker.engine.Engine;
import dev.mayfly.runtime.docker.engine.EngineConnector;
import dev.mayfly.runtime.docker.engine.EngineSettings;
import dev.mayfly.testing.engine.Docker;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** preStop, signal, grace and kill on a real engine. */
@Tag("engine")
class DockerGracefulStopsTest {
    /** Of those that exceed it. */
    private static final Duration GRACE = Duration.ofSeconds(3);
    /** Of those that don't: so long that nothing takes it but a wait for it. */
    private static final Duration LONG = Duration.ofSeconds(60);
    /** For the engine to remove a container after its end, on a busy machine. */
    private static final Duration REMOVAL = Duration.ofSeconds(30);

    /** Handles TERM, with an exit code of its own. */
    private static final String POLITE = "trap 'exit 7' TERM; while :; do sleep 0.1; done";
    /** PID 1 has no handler, so TERM does nothing. */
    private static final String STUBBORN = "while :; do sleep 0.1; done";

    private final ReplicaId id = new ReplicaId(
            new OwnerId("EphemeralWorkload", "default", "web", UUID.randomUUID().toString()), 0, 1);
    private final Queue<RuntimeEvent> events = new ConcurrentLinkedQueue<>();
    private final EngineSettings settings =
            Settings.of(UUID.randomUUID().toString().replace("-", "").substring(0, 12));
    private Duration grace = LONG;
    private DockerRuntime docker;
    private Engine engine;

    @BeforeEach
    void connect() {
        engine = new EngineConnector(settings).connect();
        start();
    }

    @AfterEach
    void disconnect() throws Exception {
        docker.close();
        engine.containers().forEach(container -> engine.remove(container.getId()));
        engine.close();
    }

    private void start() {
        docker = new DockerRuntime(settings, Optional.empty(), InstantSource.system());
        docker.reporting().orElseThrow().onEvent(events::add);
        docker.imageEngine().orElseThrow().gate(ImageGate.OPEN);
        docker.start();
    }

    @Test
    void oneThatHandlesTheSignalHasStopped() {
        running(POLITE, Optional.empty());

        assertThat(removed()).isLessThan(LONG);
        assertThat(termination().reason()).isEqualTo("Stopped");
        assertThat(termination().exit()).contains(new Exit(7, ""));
    }

    @Test
    void oneThatDoesNotExceedsItsGrace() {
        grace = GRACE;
        running(STUBBORN, Optional.empty());

        assertThat(removed()).isBetween(GRACE, GRACE.plus(REMOVAL));
        assertThat(termination().reason()).isEqualTo("GraceExceeded");
        assertThat(termination().exit()).contains(new Exit(137, "SIGKILL"));
    }

    @Test
    void theTemplatesSignalIsTheOneThatIsSent() {
        docker.launch(launch(template("trap 'exit 9' USR1; while :; do sleep 0.1; done", Optional.empty())
                .withLifecycle(lifecycle -> lifecycle.withStopSignal("SIGUSR1"))));
        awaitRunning();

        removed();

        assertThat(termination().exit()).contains(new Exit(9, ""));
    }

    @Test
    void preStopRunsBeforeTheSignalAndIsWaitedFor() {
        running("trap 'exit $(cat /tmp/done)' TERM; while :; do sleep 0.1; done", exec("sleep 1; echo 5 >/tmp/done"));

        assertThat(removed()).isBetween(Duration.ofSeconds(1), LONG);
        assertThat(termination().exit()).contains(new Exit(5, ""));
        assertThat(failures()).isEmpty();
    }

    @Test
    void preStopSleepComesFirst() {
        running(POLITE, Optional.of(new PreStop.Sleep(Duration.ofSeconds(1))));

        assertThat(removed()).isBetween(Duration.ofSeconds(1), LONG);
        assertThat(termination().exit()).contains(new Exit(7, ""));
    }

    @Test
    void preStopThatUsesTheGraceUpLeavesTwoSecondsForTheSignal() {
        grace = GRACE;
        running(
                "trap 'sleep 0.5; exit 7' TERM; while :; do sleep 0.1; done",
                Optional.of(new PreStop.Sleep(Duration.ofSeconds(60))));

        assertThat(removed()).isBetween(GRACE.plusMillis(500), GRACE.plus(REMOVAL));
        assertThat(termination().reason()).isEqualTo("Stopped");
    }

    @Test
    void afterThatItIsKilled() {
        grace = GRACE;
        running(STUBBORN, exec("sleep 60"));

        assertThat(removed())
                .isBetween(GRACE.plusSeconds(2), GRACE.plusSeconds(2).plus(REMOVAL));
        assertThat(termination().reason()).isEqualTo("GraceExceeded");
        assertThat(failures()).singleElement().asString().contains("did not end within the grace of 3 s");
    }

    @Test
    void aFailedPreStopIsReportedAndTheStopContinues() {
        running(POLITE, exec("exit 4"));

        assertThat(removed()).isLessThan(LONG);
        assertThat(termination().exit()).contains(new Exit(7, ""));
        assertThat(failures()).singleElement().asString().contains("ended with exit code 4");
    }

    @Test
    void aMissingPreStopCommandIsReportedAndTheStopContinues() {
        running(POLITE, Optional.of(new PreStop.Exec(List.of("/no/such/command"))));

        assertThat(removed()).isLessThan(LONG);
        assertThat(termination().exit()).contains(new Exit(7, ""));
        assertThat(failures()).singleElement().asString().contains("could not be run");
    }

    @Test
    void aReplicaThatExitsDuringPreStopIsRemovedAtOnce() {
        running("while [ ! -e /tmp/done ]; do sleep 0.1; done; exit 6", exec("touch /tmp/done; sleep 60"));

        assertThat(removed()).isLessThan(LONG);
        assertThat(termination().reason()).isEqualTo("Stopped");
        assertThat(termination().exit()).contains(new Exit(6, ""));
        assertThat(failures()).isEmpty();
    }

    @Test
    void whatAnEarlierOperatorPromisedIsKept() {
        running("trap 'exit $(cat /tmp/done)' TERM; while :; do sleep 0.1; done", exec("sleep 1; echo 5 >/tmp/done"));
        docker.close();
        start();

        assertThat(docker.observe(id.owner(), Instant.now())
                        .find(id)
                        .orElseThrow()
                        .grace())
                .contains(LONG);
        removed();

        assertThat(termination().exit()).contains(new Exit(5, ""));
    }

    @Test
    void anOperatorRestartedDuringAStopBeginsItAgain() {
        grace = GRACE.multipliedBy(3); // so that the first stop goes on while the operator is restarted
        running(
                "trap 'touch /tmp/told' TERM; while :; do sleep 0.1; done",
                Optional.of(new PreStop.Sleep(Duration.ofSeconds(1))));
        docker.remove(new Removal(id, grace, Removal.Cause.SCALE_DOWN));
        await("its signal is sent, and does nothing")
                .until(() -> Docker.exec(Ownership.containerName(id), "test", "-e", "/tmp/told") == 0);
        docker.close();
        start();

        assertThat(removed()).isBetween(grace, grace.plus(REMOVAL));
        assertThat(termination().reason()).isEqualTo("GraceExceeded");
    }

    private static Optional<PreStop> exec(String script) {
        return Optional.of(new PreStop.Exec(List.of("sh", "-c", script)));
    }

    private Template template(String script, Optional<PreStop> preStop) {
        return Templates.plain()
                .withImage(image -> image.withReference("busybox:1.36").withPullPolicy(Template.PullPolicy.Never))
                .withProcess(process -> process.withCommand(List.of("sh", "-c", script)))
                .withNetwork(network -> network.withMode(Template.Network.Mode.None))
                .withLifecycle(lifecycle -> lifecycle.withGrace(grace).withPreStop(preStop));
    }

    private void running(String script, Optional<PreStop> preStop) {
        docker.launch(launch(template(script, preStop)));
        awaitRunning();
    }

    private Launch launch(Template template) {
        return new Launch(id, "v1", template, 0, 0, Instant.now(), Priority.SCALE);
    }

    private void awaitRunning() {
        await().until(() -> docker.observe(id.owner(), Instant.now())
                .find(id)
                .filter(replica -> replica.ready())
                .isPresent());
        await().until(this::hasSetItsTrap);
    }

    /** Its shell sleeps in a loop, which comes after the trap. */
    private boolean hasSetItsTrap() {
        return engine.client()
                        .topContainerCmd(Ownership.containerName(id))
                        .exec()
                        .getProcesses()
                        .length
                > 1;
    }

    /** @return how long it took */
    private Duration removed() {
        var begin = System.nanoTime();
        docker.remove(new Removal(id, grace, Removal.Cause.SCALE_DOWN));
        await().pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(20))
                .until(() -> docker.observe(id.owner(), Instant.now()).isEmpty());
        return Duration.ofNanos(System.nanoTime() - begin);
    }

    private Termination termination() {
        assertThat(docker.terminations().orElseThrow().terminations(id.owner())).hasSize(1);
        return docker.terminations().orElseThrow().terminations(id.owner()).getFirst();
    }

    private List<String> failures() {
        return events.stream()
                .filter(event -> event.reason().equals("FailedPreStopHook"))
                .map(RuntimeEvent::note)
                .toList();
    }
}
