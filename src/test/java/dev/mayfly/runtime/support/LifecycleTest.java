package dev.mayfly.runtime.support;

import static dev.mayfly.core.model.Samples.NOON;
import static dev.mayfly.core.model.Samples.WEB;
import static dev.mayfly.core.model.Samples.id;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.core.model.Failure;
import dev.mayfly.core.model.Launch;
import dev.mayfly.core.model.Launch.Priority;
import dev.mayfly.core.model.OwnerId;
import dev.mayfly.core.model.Phase;
import dev.mayfly.core.model.Removal;
import dev.mayfly.core.model.Removal.Cause;
import dev.mayfly.core.model.ReplicaId;
import dev.mayfly.core.model.Samples;
import dev.mayfly.core.model.Template;
import dev.mayfly.core.model.Template.PreStop;
import dev.mayfly.core.model.Termination;
import dev.mayfly.runtime.support.Lifecycle.Containers;
import dev.mayfly.runtime.support.Step.Action;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Requests, answers and time, put together as a runtime does, without threads. */
class LifecycleTest implements Containers, Timers {
    private static final ReplicaId ID = id(0, 1);
    private static final String CONTAINER = "c1";

    private final List<String> calls = new ArrayList<>();
    private final List<String> announced = new ArrayList<>();
    private final TreeMap<Duration, List<Runnable>> due = new TreeMap<>();
    private final TerminationHistory terminations = new TerminationHistory();
    private final ReplicaIndex index = new ReplicaIndex(terminations);
    private Duration time = Duration.ZERO;
    private Optional<RuntimeException> refusal = Optional.empty();
    /** Removals that wait for a last look; empty: there are no such looks. */
    private Optional<List<Runnable>> looking = Optional.empty();

    /** Removals of files that wait; empty: there are no files. */
    private Optional<List<Consumer<Optional<EngineRefused>>>> discarding = Optional.empty();

    private Lifecycle lifecycle;

    @BeforeEach
    void putTogether() {
        var announcements = new Announcements();
        announcements.onEvent(event -> announced.add(event.reason()));
        var stops = new GracefulStops((container, signal) -> calls.add(signal), this, announcements);
        lifecycle = new Lifecycle(
                index,
                this,
                (priority, owner, call) -> after(owner, Duration.ZERO, call::getAsBoolean),
                stops,
                announcements,
                this,
                () -> NOON.plus(time));
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

    /** What is under way when the workload is deleted. */
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
        lifecycle.remove(new Removal(ID, Duration.ZERO, Cause.SCALE_DOWN));
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

    private void begun() {
        var launch = launch(Samples.template("a"));
        assertThat(lifecycle.accept(launch)).isTrue();
        assertThat(lifecycle.begin(launch)).isTrue();
    }

    private void refused(String reason) {
        lifecycle.apply(ID, new Fact.Refused(new Failure(reason, "no"), false, Optional.empty(), NOON));
    }

    private void running(Template template) {
        lifecycle.launch(
                launch(template),
                launch -> lifecycle.created(ID, CONTAINER, Stopping.of(template, "SIGTERM"))
                        && lifecycle.apply(ID, new Fact.Started(false, NOON)).asks(Action.Probe.class));
        pass(Duration.ZERO);
        assertThat(index.find(ID).map(replica -> replica.phase())).contains(Phase.RUNNING);
    }

    private static Launch launch(Template template) {
        return new Launch(ID, "v1", template, 0, 0, NOON, Priority.SCALE);
    }

    @Override
    public void after(OwnerId owner, Duration delay, Runnable step) {
        due.computeIfAbsent(time.plus(delay), at -> new ArrayList<>()).add(step);
    }

    @Override
    public Duration elapsed() {
        return time;
    }

    private void pass(Duration duration) {
        var end = time.plus(duration);
        while (!due.isEmpty() && due.firstKey().compareTo(end) <= 0) {
            var next = due.pollFirstEntry();
            time = time.compareTo(next.getKey()) < 0 ? next.getKey() : time;
            next.getValue().forEach(Runnable::run);
        }
        time = end;
    }

    @Override
    public void inspect(String container) {
        calls.add("look");
    }

    @Override
    public void beforeRemoval(ReplicaId id, Runnable then) {
        looking.ifPresentOrElse(waiting -> waiting.add(then), then);
    }

    @Override
    public void afterRemoval(ReplicaId id, Consumer<Optional<EngineRefused>> then) {
        discarding.ifPresentOrElse(waiting -> waiting.add(then), () -> then.accept(Optional.empty()));
    }

    @Override
    public List<String> remove(ReplicaId id, String container) {
        refusal.ifPresent(failure -> {
            throw failure;
        });
        calls.add("remove");
        return List.of();
    }
}
