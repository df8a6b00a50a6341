package dev.mayfly.runtime.support;

import static dev.mayfly.core.model.Samples.NOON;
import static dev.mayfly.core.model.Samples.id;
import static dev.mayfly.core.model.Samples.replica;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.core.model.Failure;
import dev.mayfly.core.model.Launch;
import dev.mayfly.core.model.Launch.Priority;
import dev.mayfly.core.model.Phase;
import dev.mayfly.core.model.Removal;
import dev.mayfly.core.model.Removal.Cause;
import dev.mayfly.core.model.Replica;
import dev.mayfly.core.model.Samples;
import dev.mayfly.core.model.Termination;
import dev.mayfly.runtime.support.KnownReplica.Launching;
import dev.mayfly.runtime.support.KnownReplica.RemovalStep;
import dev.mayfly.runtime.support.KnownReplica.State;
import dev.mayfly.runtime.support.Step.Action;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ReplicaLifeTest {
    private static final String CONTAINER = "c1";
    private static final Instant LATER = NOON.plusSeconds(9);
    private static final Launch LAUNCH = new Launch(id(0, 1), "v1", Samples.template("v1"), 0, 0, NOON, Priority.SCALE);
    private static final Replica RUNS = replica(0, Phase.RUNNING);
    private static final Replica RUNS_ANEW = replica(0, Phase.PENDING).in(Phase.RUNNING, NOON.plusSeconds(5));

    private KnownReplica known = KnownReplica.nothing(id(0, 1));
    private List<Action> actions = List.of();

    @Test
    void aReplicaWithAReportedExitIsNotReady() {
        apply(inspected(RUNS));
        assertThat(observed().ready()).isTrue();

        apply(died());

        assertThat(observed().ready()).isFalse();
        assertThat(observed().phase()).isEqualTo(Phase.RUNNING);
        assertThat(observed().health().exited()).isTrue();
    }

    @Test
    void aLineOfTheListDoesNotShowWhetherItRunsAgainAfterAReportedExit() {
        apply(inspected(RUNS), died(), listed(RUNS));

        assertThat(actions).containsExactly(new Action.Inspect(CONTAINER));
    }

    @Test
    void anInspectionRequestedBeforeTheExitIsIgnored() {
        apply(inspected(RUNS), died(), inspected(RUNS));

        assertThat(observed().ready()).isFalse();
        assertThat(known.beforeExit()).isPresent();
    }

    @Test
    void aContainerThatWasStartedAgainIsRestored() {
        apply(inspected(RUNS), died(), inspected(RUNS_ANEW));

        assertThat(observed().ready()).isTrue();
        assertThat(observed().health().exited()).isFalse();
        assertThat(known.beforeExit()).isEmpty();
        assertThat(known.end()).isEmpty();
    }

    @Test
    void oneThatWasNotReadyDoesNotBecomeSo() {
        apply(inspected(RUNS.serving(false, NOON)), died(), inspected(RUNS_ANEW));

        assertThat(observed().ready()).isFalse();
    }

    @Test
    void whatEndedIsNotExpectedToEndAnyMore() {
        apply(inspected(RUNS), died(), inspected(ended()));

        assertThat(known.state()).isEqualTo(State.ENDED);
        assertThat(known.beforeExit()).isEmpty();
        assertThat(remembered().reason()).isEqualTo("Error");
        assertThat(remembered().requested()).isFalse();
    }

    @Test
    void aTerminatedReplicaServedUntilItsReportedExit() {
        apply(
                inspected(RUNS.withHealth(health -> health.withGated(true))),
                died(),
                inspected(ended().withHealth(health -> health.withServed(Duration.ofHours(1)))));

        assertThat(observed().health().served()).isEqualTo(Duration.between(NOON, LATER));
    }

    /** The engine's times are the wall clock's: one that was set forward by an hour would excuse each crash since its start. */
    @Test
    void aReportedExitTellsHowLongTheReplicaServedHoweverTheEnginesClockWasSet() {
        apply(inspected(RUNS), died(), inspected(ended().withHealth(health -> health.withServed(Duration.ofHours(1)))));

        assertThat(observed().health().served()).isEqualTo(Duration.between(NOON, LATER));
    }

    @Test
    void aReplicaThatWasNotObservedServingServedAsLongAsItRan() {
        apply(inspected(ended().withHealth(health -> health.withServed(Duration.ofHours(1)))));

        assertThat(observed().health().served()).isEqualTo(Duration.ofHours(1));
    }

    @Test
    void aReplicaWhoseExitIsReportedBeforeItsStartIsAnsweredIsNotReady() {
        apply(accepted(NOON), new Fact.LaunchBegun(LAUNCH), made(), died(), new Fact.Started(false, NOON));

        assertThat(known.state()).isEqualTo(State.RUNNING);
        assertThat(observed().ready()).isFalse();
    }

    @Test
    void aTerminatedContainerThatIsStartedAgainRuns() {
        apply(inspected(RUNS), inspected(ended()), new Fact.StartReported(CONTAINER));
        assertThat(actions).containsExactly(new Action.Inspect(CONTAINER));

        apply(inspected(RUNS_ANEW));

        assertThat(known.state()).isEqualTo(State.RUNNING);
        assertThat(observed().ready()).isTrue();
        assertThat(actions).containsExactly(new Action.Probe());
    }

    @Test
    void anOutdatedListOfATerminatedReplicaCausesAnInspection() {
        apply(inspected(RUNS), inspected(ended()), listed(RUNS));
        assertThat(actions).containsExactly(new Action.Inspect(CONTAINER));

        apply(inspected(RUNS));

        assertThat(known.state()).isEqualTo(State.ENDED);
    }

    @Test
    void aCreatedContainerThatIsStartedRuns() {
        apply(inspected(replica(0, Phase.CREATED)), listed(RUNS));

        assertThat(known.state()).isEqualTo(State.RUNNING);
    }

    @Test
    void anUnrequestedEndIsReported() {
        apply(inspected(RUNS), died(), inspected(ended()));

        assertThat(actions)
                .contains(new Action.Report(new Failure(
                        "ReplicaEnded",
                        "PID 1 ended with exit code 3. A new replica takes its slot once its back-off is over.")));
    }

    @Test
    void aStartThatMayflyDidNotRequestCausesAnInspection() {
        apply(inspected(replica(0, Phase.CREATED)), new Fact.StartReported(CONTAINER));
        assertThat(actions).containsExactly(new Action.Inspect(CONTAINER));
        apply(inspected(RUNS), died(), new Fact.StartReported(CONTAINER));

        assertThat(actions).containsExactly(new Action.Inspect(CONTAINER));
    }

    @Test
    void anotherContainerOfTheSameNameCountsOnlyAfterTheFirstIsGone() {
        apply(inspected(RUNS), new Fact.Inspected("c2", RUNS, Stopping.DEFAULT, List.of(), LATER));
        assertThat(known.container()).contains(CONTAINER);
        assertThat(actions).containsExactly(new Action.Inspect(CONTAINER));

        apply(new Fact.Absent(CONTAINER, LATER), new Fact.Gone(Optional.of(CONTAINER), List.of(), LATER));
        assertThat(known.state()).isEqualTo(State.LOST);
        apply(new Fact.Listed("c2", RUNS, Stopping.DEFAULT, LATER));

        assertThat(known.container()).contains("c2");
        assertThat(known.state()).isEqualTo(State.RUNNING);
    }

    @Test
    void whatWasRemovedAMomentAgoIsNotFoundAgain() {
        apply(inspected(RUNS), removal(Duration.ZERO, Cause.SCALE_DOWN), gone(), listed(RUNS), inspected(ended()));

        assertThat(known.state()).isEqualTo(State.NONE);
        apply(new Fact.Settled(CONTAINER));
        assertThat(known.blank()).isTrue();
    }

    @Test
    void aRemovedContainerIsLostOnceItsResourcesAreDiscarded() {
        apply(inspected(RUNS), died(), new Fact.Absent(CONTAINER, LATER));
        assertThat(known.state()).isEqualTo(State.RUNNING);
        assertThat(actions).containsExactly(new Action.Discard(Optional.of(CONTAINER)));

        apply(gone());

        assertThat(known.state()).isEqualTo(State.LOST);
        assertThat(observed().outcome().exit()).contains(Signals.KILL);
    }

    @Test
    void eventsOfAnotherEngineDoNotCount() {
        apply(inspected(RUNS), died(), new Fact.Reconnected(), new Fact.Absent(CONTAINER, LATER), gone());

        assertThat(observed().outcome().exit()).isEmpty();
    }

    @Test
    void aSupersededContainerThatIsRemovedIsForgotten() {
        known = known.withSuperseded(true);

        apply(inspected(ended()), new Fact.Absent(CONTAINER, LATER), gone());

        assertThat(known.state()).isEqualTo(State.NONE);
    }

    @Test
    void anUnansweredLaunchIsResolvedByAnInspection() {
        apply(accepted(NOON), new Fact.LaunchBegun(LAUNCH), new Fact.Unanswered());
        assertThat(known.launching()).isEqualTo(Launching.UNANSWERED);

        apply(listed(RUNS));

        assertThat(known.state()).isEqualTo(State.RUNNING);
        assertThat(known.launching()).isEqualTo(Launching.IDLE);
    }

    @Test
    void anUnansweredLaunchWithoutAContainerMayBeRequestedAgain() {
        apply(accepted(NOON), new Fact.LaunchBegun(LAUNCH), new Fact.Unanswered(), new Fact.NotCreated());
        assertThat(known.state()).isEqualTo(State.NONE);

        apply(accepted(LATER));

        assertThat(actions).containsExactly(new Action.Launch());
    }

    @Test
    void aRemovalThatOvertakesALaunchWaitsForItsAnswerAndNeverStartsIt() {
        apply(accepted(NOON), new Fact.LaunchBegun(LAUNCH), removal(Duration.ofSeconds(9), Cause.SCALE_DOWN));
        assertThat(known.state()).isEqualTo(State.TERMINATING);
        assertThat(actions).isEmpty();

        apply(made());

        assertThat(known.state()).isEqualTo(State.REMOVING);
        assertThat(actions).containsExactly(new Action.Delete(CONTAINER));
    }

    @Test
    void aRemovalBeforeTheLaunchHasBegunLeavesNothingToDo() {
        apply(accepted(NOON), removal(Duration.ofSeconds(9), Cause.SCALE_DOWN), new Fact.LaunchBegun(LAUNCH));

        assertThat(known.state()).isEqualTo(State.NONE);
        assertThat(actions).isEmpty();
    }

    @Test
    void aCancelledLaunchIsNotCarriedOutInPlaceOfALaterOne() {
        var later = new Launch(id(0, 1), "v2", Samples.template("v2"), 0, 0, NOON, Priority.SCALE);
        apply(accepted(NOON), removal(Duration.ZERO, Cause.ROLLOUT), new Fact.LaunchAccepted(later, NOON));

        apply(new Fact.LaunchBegun(LAUNCH));
        assertThat(actions).isEmpty();
        apply(new Fact.LaunchBegun(later));

        assertThat(actions).containsExactly(new Action.Proceed());
    }

    @Test
    void aLaunchThatIsNotDueYetDoesNotStartACreatedContainer() {
        var early = new Launch(id(0, 1), "v1", Samples.template("v1"), 0, 0, LATER, Priority.HEAL);
        apply(new Fact.LaunchAccepted(early, NOON), new Fact.LaunchBegun(early), made());
        apply(new Fact.Waits(false, "image", NOON));

        apply(new Fact.LaunchAccepted(early, NOON));
        assertThat(known.state()).isEqualTo(State.CREATED);
        apply(new Fact.LaunchAccepted(early, LATER));

        assertThat(known.state()).isEqualTo(State.PENDING);
    }

    @Test
    void aRefusedDeletionIsTriedAgain() {
        apply(inspected(RUNS), removal(Duration.ZERO, Cause.SCALE_DOWN), new Fact.NotDeleted(CONTAINER));
        assertThat(actions).containsExactly(new Action.DeleteLater(CONTAINER));
        assertThat(known.removalStep()).isEqualTo(RemovalStep.HELD);

        apply(new Fact.DeletionDue(CONTAINER));

        assertThat(actions).containsExactly(new Action.Delete(CONTAINER));
    }

    @Test
    void whatHadToBeKilledExceededItsGrace() {
        apply(
                inspected(RUNS),
                removal(Duration.ofSeconds(9), Cause.SCALE_DOWN),
                new Fact.GraceOver(CONTAINER),
                died(),
                gone());

        assertThat(remembered().reason()).isEqualTo(Termination.GRACE_EXCEEDED);
    }

    private void apply(Fact... facts) {
        for (var fact : facts) {
            var step = ReplicaLife.next(known, fact);
            known = step.known();
            actions = step.actions();
        }
    }

    private Replica observed() {
        return known.replica().orElseThrow();
    }

    private Termination remembered() {
        return actions.stream()
                .filter(Action.Remember.class::isInstance)
                .map(action -> ((Action.Remember) action).termination())
                .findFirst()
                .orElseThrow();
    }

    private static Replica ended() {
        return RUNS.failed(Phase.ENDED, NOON.plusSeconds(3), new Failure("Error", "PID 1 ended with exit code 3."));
    }

    private static Fact accepted(Instant at) {
        return new Fact.LaunchAccepted(LAUNCH, at);
    }

    private static Fact made() {
        return new Fact.Created(CONTAINER, Stopping.DEFAULT);
    }

    private static Fact removal(Duration grace, Cause cause) {
        return new Fact.RemovalAccepted(new Removal(id(0, 1), grace, cause), LATER);
    }

    private static Fact gone() {
        return new Fact.Gone(Optional.of(CONTAINER), List.of(), LATER);
    }

    private static Fact died() {
        return new Fact.Died(CONTAINER, Signals.KILL, LATER);
    }

    private static Fact listed(Replica replica) {
        return new Fact.Listed(CONTAINER, replica, Stopping.DEFAULT, LATER);
    }

    private static Fact inspected(Replica replica) {
        return new Fact.Inspected(CONTAINER, replica, Stopping.DEFAULT, List.of(), LATER);
    }
}
