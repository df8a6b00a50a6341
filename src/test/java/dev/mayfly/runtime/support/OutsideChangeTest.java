package dev.mayfly.runtime.support;

import static dev.mayfly.core.model.Samples.NOON;
import static dev.mayfly.core.model.Samples.id;
import static dev.mayfly.core.model.Samples.replica;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.core.model.Phase;
import dev.mayfly.core.model.Removal;
import dev.mayfly.core.model.Removal.Cause;
import dev.mayfly.core.model.Replica;
import dev.mayfly.core.model.Replica.OutsideChange;
import dev.mayfly.core.model.Replica.OutsideChange.Kind;
import dev.mayfly.runtime.support.KnownReplica.State;
import dev.mayfly.runtime.support.Step.Action;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Another client of the engine changes the container of a replica. */
class OutsideChangeTest {
    private static final String CONTAINER = "c1";
    private static final Instant LATER = NOON.plusSeconds(9);
    private static final Replica RUNS = replica(0, Phase.RUNNING);

    private KnownReplica known = KnownReplica.nothing(id(0, 1));
    private List<Action> actions = List.of();

    @Test
    void aRestartedContainerIsReportedOnceAndStaysSo() {
        apply(inspected(RUNS), changed(Kind.RESTARTED));
        assertThat(actions).containsExactly(new Action.Report(Kind.RESTARTED.found()));
        assertThat(observed().ready()).isTrue();

        apply(changed(Kind.RESTARTED));
        assertThat(actions).isEmpty();
        apply(unchanged());

        assertThat(observed().health().changed()).contains(new OutsideChange(Kind.RESTARTED, LATER));
    }

    @Test
    void aPausedContainerIsNotReadyUntilItIsContinued() {
        apply(inspected(RUNS), changed(Kind.PAUSED));
        assertThat(observed().ready()).isFalse();
        assertThat(observed().health().changed()).map(OutsideChange::replaceAt).contains(LATER.plusSeconds(20));

        apply(unchanged());

        assertThat(observed().ready()).isTrue();
        assertThat(observed().health().changed()).isEmpty();
    }

    @Test
    void probesDecideWhetherAPausedReplicaIsReady() {
        apply(inspected(RUNS.withHealth(health -> health.withGated(true))), changed(Kind.PAUSED));
        assertThat(observed().ready()).isTrue();

        known = known.with(observed().serving(false, LATER)); // a probe failed
        apply(unchanged());

        assertThat(observed().health().changed()).isEmpty();
        assertThat(observed().ready()).isFalse();
    }

    @Test
    void aLineOfTheListDoesNotShowWhetherAChangeIsUndone() {
        apply(inspected(RUNS), changed(Kind.RENAMED), listed());
        assertThat(actions).containsExactly(new Action.Inspect(CONTAINER));

        apply(unchanged(), changed(Kind.UPDATED), listed());
        assertThat(observed().health().changed()).map(OutsideChange::kind).contains(Kind.UPDATED);
        assertThat(actions).isEmpty();
    }

    @Test
    void aWaitingReplicaThatIsUpdatedIsReplacedTooAndDoesNotBecomeReady() {
        apply(inspected(replica(0, Phase.CREATED)), changed(Kind.UPDATED));

        assertThat(observed().health().changed()).isPresent();
        assertThat(observed().ready()).isFalse();
    }

    @Test
    void aChangedReplicaIsRememberedWithTheChangeUntilItsSuccessorIsLaunched() {
        apply(
                inspected(RUNS),
                changed(Kind.RENAMED),
                new Fact.RemovalAccepted(new Removal(id(0, 1), Duration.ZERO, Cause.CHANGED_OUTSIDE), LATER),
                new Fact.Died(CONTAINER, Signals.KILL, LATER),
                new Fact.Gone(Optional.of(CONTAINER), List.of(), LATER));

        assertThat(known.state()).isEqualTo(State.LOST);
        assertThat(observed().outcome().failure()).contains(Kind.RENAMED.found());
        assertThat(actions).singleElement().isInstanceOfSatisfying(Action.Remember.class, remembered -> {
            assertThat(remembered.termination().reason()).isEqualTo("ContainerRenamed");
            assertThat(remembered.termination().requested()).isFalse();
        });
    }

    @Test
    void aRestartIsReportedAlsoIfTheReplicaIsBeingRemovedForItAlready() {
        var history = new Removal(id(0, 1), Duration.ofSeconds(5), Cause.HISTORY);
        apply(inspected(RUNS), new Fact.RemovalAccepted(history, LATER), changed(Kind.RESTARTED));
        assertThat(actions).containsExactly(new Action.Report(Kind.RESTARTED.found()));

        apply(changed(Kind.RESTARTED));
        assertThat(actions).isEmpty();
    }

    @Test
    void aChangeIsIgnoredOnceTheExitIsReported() {
        apply(inspected(RUNS), new Fact.Died(CONTAINER, Signals.KILL, LATER), changed(Kind.DISCONNECTED));

        assertThat(observed().health().changed()).isEmpty();
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

    private static Fact inspected(Replica replica) {
        return new Fact.Inspected(CONTAINER, replica, Stopping.DEFAULT, List.of(), LATER);
    }

    private static Fact listed() {
        return new Fact.Listed(CONTAINER, RUNS, Stopping.DEFAULT, LATER);
    }

    private static Fact changed(Kind kind) {
        return new Fact.ChangedOutside(CONTAINER, Optional.of(kind), LATER);
    }

    private static Fact unchanged() {
        return new Fact.ChangedOutside(CONTAINER, Optional.empty(), LATER.plusSeconds(2));
    }
}
