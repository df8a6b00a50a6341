package dev.mayfly.runtime.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mayfly.core.model.Launch;
import dev.mayfly.core.model.Launch.Priority;
import dev.mayfly.core.model.OwnerId;
import dev.mayfly.core.model.Phase;
import dev.mayfly.core.model.Removal;
import dev.mayfly.core.model.Replica;
import dev.mayfly.core.model.ReplicaId;
import dev.mayfly.core.model.Template;
import dev.mayfly.runtime.ImageEngine.ImageGate;
import dev.mayfly.testing.engine.Docker;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A real engine, whose times are the wall clock's. It was set while the operator ran, so the operator's clock differs. */
@Tag("engine")
class SetClockTest {
    private static final Duration SOON = Duration.ofMinutes(1);

    private final String cluster = UUID.randomUUID().toString().replace("-", "").substring(0, 12);
    private final OwnerId owner = new OwnerId("EphemeralWorkload", "set-clock", "web", cluster);
    private InstantSource clock;
    private DockerRuntime runtime;

    @AfterEach
    void leaveNothing() {
        runtime.observe(owner, clock.instant())
                .all()
                .map(Replica::id)
                .forEach(id -> runtime.remove(new Removal(id, Duration.ZERO, Removal.Cause.OWNER_DELETED)));
        await().atMost(SOON).until(() -> runtime.observe(owner, clock.instant()).isEmpty());
        runtime.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"PT1H", "PT-1H"})
    void aReplicaIsAvailableAtOnceAndIsSoForTheNextOperator(Duration set) {
        start(() -> Instant.now().minus(set));
        runtime.launch(launch(clock.instant()));
        awaitPhase(Phase.RUNNING);

        assertThat(find().available(Duration.ZERO, clock.instant())).isTrue();
        assertThat(find().available(Duration.ofMinutes(1), clock.instant())).isFalse();

        restart();
        assertThat(find().available(Duration.ZERO, clock.instant())).isTrue();
        assertThat(find().available(Duration.ofMinutes(1), clock.instant())).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"PT1H", "PT-1H"})
    void aCrashIsNotExcusedByTheHourThatTheClockWasSetBy(Duration set) {
        start(() -> Instant.now().minus(set));
        runtime.launch(launch(clock.instant()));
        awaitPhase(Phase.RUNNING);

        Docker.client()
                .killContainerCmd("mayfly_set-clock_web-0_1_" + cluster.substring(0, 8))
                .exec();

        awaitPhase(Phase.ENDED);
        assertThat(find().outcome().excused()).isFalse();
        assertThat(find().health().served()).isBetween(Duration.ZERO, SOON);
        assertThat(find().since()).isBetween(clock.instant().minus(SOON), clock.instant());
    }

    @ParameterizedTest
    @ValueSource(strings = {"PT1H", "PT-1H"})
    void aSuccessorThatWaitsDoesNotWaitForAnHourMoreAfterARestart(Duration set) {
        start(() -> Instant.now().minus(set));
        runtime.launch(launch(clock.instant().plusSeconds(30)));
        awaitPhase(Phase.CREATED);

        restart();

        assertThat(find().history().notBefore())
                .isBetween(clock.instant(), clock.instant().plusSeconds(30));
    }

    private void restart() {
        runtime.close();
        start(InstantSource.system());
    }

    private void start(InstantSource with) {
        clock = with;
        runtime = new DockerRuntime(Settings.of(cluster), Optional.empty(), clock);
        runtime.imageEngine().orElseThrow().gate(ImageGate.OPEN);
        runtime.start();
    }

    private void awaitPhase(Phase phase) {
        await().atMost(SOON)
                .until(() -> runtime.observe(owner, clock.instant())
                        .find(id())
                        .filter(replica -> replica.phase() == phase)
                        .isPresent());
    }

    private Replica find() {
        return runtime.observe(owner, clock.instant()).find(id()).orElseThrow();
    }

    private ReplicaId id() {
        return new ReplicaId(owner, 0, 1);
    }

    private Launch launch(Instant notBefore) {
        return new Launch(id(), "v1", sleeps(), 0, 0, notBefore, Priority.SCALE);
    }

    private static Template sleeps() {
        return Templates.plain()
                .withImage(image -> image.withReference("busybox:1.36").withPullPolicy(Template.PullPolicy.Never))
                .withProcess(process -> process.withCommand(List.of("tail", "-f", "/dev/null")))
                .withNetwork(network -> network.withMode(Template.Network.Mode.None));
    }
}
