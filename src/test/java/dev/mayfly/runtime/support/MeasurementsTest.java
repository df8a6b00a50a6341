package dev.mayfly.runtime.support;

import static dev.mayfly.core.model.Samples.NOON;
import static dev.mayfly.core.model.Samples.id;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mayfly.core.model.Launch;
import dev.mayfly.core.model.Launch.Priority;
import dev.mayfly.core.model.Removal;
import dev.mayfly.core.model.Removal.Cause;
import dev.mayfly.core.model.ReplicaId;
import dev.mayfly.core.model.Samples;
import dev.mayfly.core.model.Termination.Exit;
import dev.mayfly.runtime.LogFields;
import dev.mayfly.runtime.Measuring.Measurement;
import dev.mayfly.runtime.Measuring.Measurement.CallBegun;
import dev.mayfly.runtime.Measuring.Measurement.Created;
import dev.mayfly.runtime.Measuring.Measurement.LaunchFailed;
import dev.mayfly.runtime.Measuring.Measurement.Launching;
import dev.mayfly.runtime.Measuring.Measurement.Launching.Stage;
import dev.mayfly.runtime.Measuring.Measurement.Removed;
import dev.mayfly.runtime.Measuring.Measurement.Started;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.jboss.logging.MDC;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The measurements of launches, removals and the queue. */
class MeasurementsTest extends LifecycleFixture {
    private final List<Measurement> measured = new CopyOnWriteArrayList<>();
    private final List<Stage> stages = new CopyOnWriteArrayList<>();

    @BeforeEach
    void listen() {
        measurements.onMeasurement(measurement -> {
            if (measurement instanceof Launching launching) {
                stages.add(launching.stage());
            } else {
                measured.add(measurement);
            }
        });
    }

    @Test
    void aStartTakesFromItsAcceptanceUntilTheContainerRuns() {
        begun();
        pass(Duration.ofSeconds(2));
        started(ID, "c1");

        assertThat(measured).containsExactly(new Started(Duration.ofSeconds(2), Optional.empty()));
        assertThat(stages).containsExactly(Stage.ACCEPTED, Stage.BEGUN, Stage.CREATED, Stage.STARTED);
    }

    @Test
    void aHealTakesFromTheEndOfTheReplicaUntilItsSuccessorRuns() {
        running(Samples.template("a"));
        pass(Duration.ofSeconds(60));
        lifecycle.apply(CONTAINER, new Fact.Died(CONTAINER, new Exit(1, ""), now()));
        lifecycle.apply(CONTAINER, new Fact.Absent(CONTAINER, now()));
        measured.clear();

        pass(Duration.ofSeconds(1));
        var successor = id(0, 2);
        launch(successor, Priority.HEAL);
        pass(Duration.ofSeconds(2));
        started(successor, "c2");

        assertThat(measured).containsExactly(new Started(Duration.ofSeconds(2), Optional.of(Duration.ofSeconds(3))));
    }

    @Test
    void aContainerThatIsStartedLaterWasOnlyCreated() {
        begun();
        lifecycle.created(ID, CONTAINER, Stopping.DEFAULT);
        lifecycle.apply(ID, new Fact.Waits(false, "image", now()));

        assertThat(measured).containsExactly(new Created());
        assertThat(stages).containsExactly(Stage.ACCEPTED, Stage.BEGUN, Stage.CREATED, Stage.ENDED);
    }

    @Test
    void aRefusedLaunchFailed() {
        begun();
        refused("CreateContainerError");

        assertThat(measured).containsExactly(new LaunchFailed());
        assertThat(stages).containsExactly(Stage.ACCEPTED, Stage.BEGUN, Stage.ENDED);
    }

    @Test
    void aRemovalCountsOnceTheReplicaIsGoneWithTheCauseThatCameFirst() {
        running(Samples.template("a"));
        measured.clear();

        lifecycle.remove(new Removal(ID, Duration.ZERO, Cause.SCALE_DOWN));
        lifecycle.remove(new Removal(ID, Duration.ZERO, Cause.OWNER_DELETED));
        pass(Duration.ofMinutes(1));

        assertThat(calls).contains("remove");
        assertThat(measured).containsExactly(new Removed(Cause.SCALE_DOWN));
    }

    @Test
    void aCallThatWaitsIsCountedUntilItBegins() {
        var busy = new CountDownLatch(1);
        try (var governor = new Governor(1, () -> false, measurements)) {
            governor.submit(Priority.SCALE, Samples.WEB, () -> waitFor(busy));
            governor.submit(Priority.REMOVE, Samples.WEB, () -> true);
            governor.submit(Priority.HEAL, Samples.WEB, () -> true);
            assertThat(measurements.waiting(Priority.REMOVE)).isEqualTo(1);
            assertThat(measurements.waiting(Priority.HEAL)).isEqualTo(1);
            assertThat(measurements.waiting(Priority.SCALE)).isZero();

            busy.countDown();
            await().untilAsserted(() -> assertThat(measured)
                    .extracting(call -> ((CallBegun) call).priority())
                    .containsExactly(Priority.SCALE, Priority.HEAL, Priority.REMOVE));
        }
        assertThat(measurements.waiting(Priority.REMOVE)).isZero();
        assertThat(measurements.waiting(Priority.HEAL)).isZero();
    }

    @Test
    void aCallLogsWithTheReplicaAsFields() {
        lifecycle.submit(Priority.SCALE, ID, () -> {
            calls.add(MDC.get("namespace") + "/" + MDC.get("workload") + "/" + MDC.get("replica"));
            return true;
        });
        try (var outer = LogFields.of(Samples.WEB)) {
            pass(Duration.ZERO);
            assertThat(MDC.get("replica")).isNull();
            assertThat(MDC.get("workload")).isEqualTo(Samples.WEB.name());
        }

        assertThat(calls).contains(ID.owner().namespace() + "/" + ID.owner().name() + "/" + ID.replica());
        assertThat(MDC.get("workload")).isNull();
    }

    private static boolean waitFor(CountDownLatch latch) {
        try {
            latch.await();
            return true;
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private void launch(ReplicaId id, Priority priority) {
        var launch = new Launch(id, "v1", Samples.template("a"), 0, 1, NOON, priority);
        assertThat(lifecycle.accept(launch)).isTrue();
        assertThat(lifecycle.begin(launch)).isTrue();
    }

    private void started(ReplicaId id, String container) {
        lifecycle.created(id, container, Stopping.DEFAULT);
        lifecycle.apply(id, new Fact.Started(false, now()));
    }

    private Instant now() {
        return NOON.plus(time);
    }
}
