package dev.mayfly.runtime.support;

import static dev.mayfly.core.model.Samples.NOON;
import static dev.mayfly.core.model.Samples.WEB;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.core.model.Failure;
import dev.mayfly.core.model.Phase;
import dev.mayfly.core.model.Removal;
import dev.mayfly.core.model.Removal.Cause;
import dev.mayfly.core.model.Samples;
import dev.mayfly.core.model.Template.PreStop;
import dev.mayfly.core.model.Termination;
import dev.mayfly.runtime.Measuring.Measurement;
import dev.mayfly.runtime.support.CallQueue.Call;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The course of requests, with the engine's answers to them and in time. */
class LifecycleTest extends LifecycleFixture {
    /** An engine may report the start of a replica long after it answered the request, or never answer that. */
    @Test
    void anUnansweredLaunchThatIsFoundRunningIsAnnouncedAndMeasured() {
        var measured = new ArrayList<Measurement>();
        measurements.onMeasurement(measured::add);
        begun();
        lifecycle.created(ID, CONTAINER, Stopping.DEFAULT);
        lifecycle.apply(ID, new Fact.Unanswered());

        var running = launch(Samples.template("a")).pending(NOON).in(Phase.RUNNING, NOON.plusSeconds(2));
        var seen = new Fact.Inspected(CONTAINER, running, Stopping.DEFAULT, List.of(), NOON.plusSeconds(2));
        lifecycle.apply(ID, seen);
        lifecycle.apply(ID, seen);

        assertThat(announced).containsExactly("SuccessfulCreate");
        assertThat(measured)
                .filteredOn(one -> !(one instanceof Measurement.Launching))
                .singleElement()
                .isInstanceOf(Measurement.Started.class);
    }

    @Test
    void preStopSignalAndKillShareOneGrace() {
        running(Samples.template("a")
                .withLifecycle(
                        lifecycle -> lifecycle.withPreStop(Optional.of(new PreStop.Sleep(Duration.ofSeconds(3))))));

        lifecycle.remove(new Removal(ID, Duration.ofSeconds(10), Cause.SCALE_DOWN));
        pass(Duration.ofMillis(2_900));
        assertThat(calls).isEmpty();
        pass(Duration.ofMillis(200));
        assertThat(calls).containsExactly("SIGTERM");
        pass(Duration.ofMillis(6_800));
        assertThat(calls).containsExactly("SIGTERM");
        pass(Duration.ofMillis(200));

        assertThat(calls).containsExactly("SIGTERM", "remove");
        assertThat(index.find(ID)).isEmpty();
        assertThat(terminations.terminations(WEB))
                .extracting(Termination::reason)
                .containsExactly(Termination.GRACE_EXCEEDED);
    }

    /** Stops of others may hold the threads when it is asked for. */
    @Test
    void theGraceBeginsWhenTheStopBegins() {
        running(Samples.template("a"));

        lifecycle.remove(new Removal(ID, Duration.ofSeconds(4), Cause.SCALE_DOWN));
        time = time.plusSeconds(5);
        pass(Duration.ZERO);
        assertThat(calls).containsExactly("SIGTERM");
        pass(Duration.ofMillis(3_900));
        assertThat(calls).containsExactly("SIGTERM");
        pass(Duration.ofMillis(200));

        assertThat(calls).containsExactly("SIGTERM", "remove");
    }

    @Test
    void oneThatEndsInTimeIsRemovedAtOnce() {
        running(Samples.template("a"));

        lifecycle.remove(new Removal(ID, Duration.ofSeconds(10), Cause.SCALE_DOWN));
        pass(Duration.ofSeconds(1));
        lifecycle.apply(ID, new Fact.Died(CONTAINER, Signals.exit(0), NOON));
        pass(Duration.ZERO);

        assertThat(calls).containsExactly("SIGTERM", "remove");
        assertThat(terminations.terminations(WEB))
                .extracting(Termination::reason)
                .containsExactly(Termination.STOPPED);
    }

    @Test
    void whatPrecedesARemovalHoldsNoPlaceInTheQueue() {
        running(Samples.template("a"));
        looking = Optional.of(new ArrayList<>());

        lifecycle.remove(new Removal(ID, Duration.ZERO, Cause.SCALE_DOWN));
        pass(Duration.ofSeconds(1));
        assertThat(calls).isEmpty();

        looking.get().forEach(Runnable::run);
        pass(Duration.ZERO);
        assertThat(calls).containsExactly("remove");
    }

    @Test
    void filesThatAReplicaLeftHoldNoPlaceInTheQueue() {
        running(Samples.template("a"));
        discarding = Optional.of(new ArrayList<>());

        lifecycle.remove(new Removal(ID, Duration.ZERO, Cause.SCALE_DOWN));
        pass(Duration.ofSeconds(1));
        assertThat(calls).as("the call is over").containsExactly("remove");
        assertThat(index.find(ID)).as("and the replica is not gone yet").isPresent();

        discarding.get().removeFirst().accept(Optional.of(new EngineRefused("something is mounted")));
        pass(Duration.ofSeconds(5));
        assertThat(announced).containsExactly("SuccessfulCreate", "FailedDelete");

        discarding.get().removeFirst().accept(Optional.empty());
        assertThat(index.find(ID)).isEmpty();
        assertThat(announced).containsExactly("SuccessfulCreate", "FailedDelete", "SuccessfulDelete");
    }

    @Test
    void aContainerThatOthersRemovedIsGoneOnceItsFilesAre() {
        running(Samples.template("a"));
        discarding = Optional.of(new ArrayList<>());

        lifecycle.apply(CONTAINER, new Fact.Absent(CONTAINER, NOON));
        lifecycle.apply(CONTAINER, new Fact.Absent(CONTAINER, NOON));
        assertThat(index.find(ID)).hasValueSatisfying(replica -> {
            assertThat(replica.phase()).isEqualTo(Phase.RUNNING);
            assertThat(replica.ready()).as("counts as ready").isFalse();
        });
        assertThat(index.container(ID)).isPresent();
        assertThat(discarding.get()).hasSize(1);

        discarding.get().removeFirst().accept(Optional.empty());
        assertThat(index.container(ID)).isEmpty();
    }

    @Test
    void aRefusedRemovalIsAnnouncedAndTriedAgainAfterAPause() {
        running(Samples.template("a"));
        refusal = Optional.of(new EngineRefused("device busy"));

        lifecycle.remove(new Removal(ID, Duration.ZERO, Cause.SCALE_DOWN));
        pass(Duration.ofSeconds(1));
        assertThat(announced).containsExactly("SuccessfulCreate", "FailedDelete");
        assertThat(index.find(ID).map(replica -> replica.phase())).contains(Phase.TERMINATING);

        refusal = Optional.empty();
        pass(Duration.ofSeconds(2));
        assertThat(announced).containsExactly("SuccessfulCreate", "FailedDelete", "SuccessfulDelete");
        assertThat(index.find(ID)).isEmpty();
    }

    @Test
    void aRemovalThatIsRefusedForLongIsTriedLessAndLessOften() {
        running(Samples.template("a"));
        refusal = Optional.of(new EngineRefused("device busy"));

        lifecycle.remove(new Removal(ID, Duration.ZERO, Cause.SCALE_DOWN));
        pass(Duration.ofSeconds(15));
        assertThat(announced)
                .containsExactly("SuccessfulCreate", "FailedDelete", "FailedDelete", "FailedDelete", "FailedDelete");
        pass(Duration.ofMinutes(10));
        assertThat(announced).hasSizeBetween(60, 75);

        refusal = Optional.empty();
        pass(Duration.ofSeconds(30));
        assertThat(index.find(ID)).isEmpty();
    }

    @Test
    void aRemovalThatIsNotAnsweredIsTriedAgainSilently() {
        running(Samples.template("a"));
        refusal = Optional.of(new IllegalStateException("timeout"));

        lifecycle.remove(new Removal(ID, Duration.ZERO, Cause.SCALE_DOWN));
        pass(Duration.ofSeconds(1));

        assertThat(announced).containsExactly("SuccessfulCreate");
        assertThat(index.find(ID)).isPresent();
    }

    /** The work that is under way when the workload is deleted. */
    enum UnderWay {
        QUEUED,
        PULLING,
        CREATING,
        CREATING_IN_VAIN,
        CREATING_SILENTLY,
        STARTING,
        WAITING,
        RUNNING,
        STOPPING
    }

    /** The engine freezes as well, for five minutes. docs/guides/workloads.md states the time. */
    @ParameterizedTest
    @EnumSource
    void aDeletionEndsWithin90SecondsOfTheGraceAndTheFreezeWhateverIsUnderWay(UnderWay state) {
        var grace = Duration.ofSeconds(10);
        var answer = begin(state, grace);
        refusal = Optional.of(new IllegalStateException("timeout"));
        lifecycle.remove(new Removal(ID, grace, Cause.OWNER_DELETED));
        pass(Duration.ofMinutes(5));

        refusal = Optional.empty();
        answer.run();
        pass(grace.plusSeconds(90));

        assertThat(index.find(ID)).isEmpty();
        assertThat(index.knownContainers()).isEmpty();
    }

    /** @return the engine's late answer to what it was asked before the deletion */
    private Runnable begin(UnderWay state, Duration grace) {
        switch (state) {
            case QUEUED -> lifecycle.launch(launch(Samples.template("a")), launch -> calls.add("carry out"));
            case PULLING ->
                assertThat(lifecycle.accept(launch(Samples.template("a")))).isTrue();
            case RUNNING -> running(Samples.template("a"));
            case STOPPING -> {
                running(Samples.template("a"));
                lifecycle.remove(new Removal(ID, grace, Cause.SCALE_DOWN));
            }
            default -> begun();
        }
        if (state == UnderWay.STARTING || state == UnderWay.WAITING) {
            assertThat(lifecycle.created(ID, CONTAINER, Stopping.DEFAULT)).isTrue();
        }
        return switch (state) {
            case PULLING ->
                () -> assertThat(lifecycle.begin(launch(Samples.template("a")))).isFalse();
            case CREATING ->
                () -> assertThat(lifecycle.created(ID, CONTAINER, Stopping.DEFAULT))
                        .isFalse();
            case CREATING_IN_VAIN -> () -> refused("CreateContainerError");
            case CREATING_SILENTLY ->
                () -> {
                    lifecycle.apply(ID, new Fact.Unanswered());
                    lifecycle.apply(ID, new Fact.NotCreated());
                    lifecycle.synced();
                };
            case STARTING -> () -> lifecycle.apply(ID, new Fact.Started(false, NOON));
            case WAITING -> () -> lifecycle.apply(ID, new Fact.Waits(false, "image", NOON));
            default -> () -> {};
        };
    }

    @Test
    void aLaunchThatIsCancelledInTheQueueIsNotCarriedOut() {
        lifecycle.launch(launch(Samples.template("a")), launch -> calls.add("carry out"));
        assertThat(queued).singleElement().returns(true, Call::isNeeded);
        lifecycle.remove(new Removal(ID, Duration.ZERO, Cause.SCALE_DOWN));
        assertThat(queued).singleElement().returns(false, Call::isNeeded);
        pass(Duration.ofSeconds(1));

        assertThat(calls).isEmpty();
        assertThat(index.find(ID)).isEmpty();
    }

    @Test
    void aWaitingLaunchIsReportedAsBackOffAndARefusedOneWithItsReason() {
        begun();
        lifecycle.created(ID, CONTAINER, Stopping.DEFAULT);
        lifecycle.apply(ID, new Fact.Waits(false, "image", NOON));
        assertThat(announced).containsExactly("BackOff");

        begun();
        refused("RunContainerError");
        assertThat(announced).containsExactly("BackOff", "RunContainerError");
    }

    @Test
    void aPullInBackOffIsAnnouncedOnceForAllWhoWaitForItAndNotHere() {
        begun();
        refused(Failure.PULL_BACK_OFF);

        assertThat(announced).isEmpty();
    }
}
