package dev.mayfly.runtime.support;

import static dev.mayfly.core.model.Samples.NOON;
import static dev.mayfly.core.model.Samples.WEB;
import static dev.mayfly.core.model.Samples.id;
import static dev.mayfly.core.model.Samples.replica;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.core.model.Launch;
import dev.mayfly.core.model.Launch.Priority;
import dev.mayfly.core.model.OwnerId;
import dev.mayfly.core.model.Phase;
import dev.mayfly.core.model.Removal;
import dev.mayfly.core.model.Removal.Cause;
import dev.mayfly.core.model.Replica;
import dev.mayfly.core.model.ReplicaId;
import dev.mayfly.core.model.Samples;
import dev.mayfly.runtime.support.Step.Action;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ReplicaIndexTest {
    private static final ReplicaId ID = id(0, 1);
    private static final String CONTAINER = "c1";
    private static final Fact RUNS = inspected(replica(0, Phase.RUNNING));
    private static final Fact REMOVAL =
            new Fact.RemovalAccepted(new Removal(ID, Duration.ZERO, Cause.SCALE_DOWN), NOON);
    private static final Fact GONE = new Fact.Gone(Optional.of(CONTAINER), List.of(), NOON);

    private final TerminationHistory terminations = new TerminationHistory();
    private final ReplicaIndex index = new ReplicaIndex(terminations);
    private final List<OwnerId> notified = new ArrayList<>();

    @Test
    void anUnknownWorkloadHasNoReplicasNow() {
        assertThat(index.observe(WEB, NOON).isEmpty()).isTrue();
        assertThat(index.observe(WEB, NOON).now()).isEqualTo(NOON);
        assertThat(index.owners()).isEmpty();
    }

    @Test
    void aWorkloadIsKnownWhileItHasReplicas() {
        index.apply(ID, RUNS);
        assertThat(index.owners()).containsExactly(WEB);
        assertThat(index.ids()).containsExactly(ID);

        remove();
        assertThat(index.owners()).isEmpty();
        assertThat(index.all()).isEmpty();
    }

    @Test
    void watchersAreNotifiedOfAChangeAndNotOfARepetition() throws Exception {
        var watch = index.watch(notified::add);

        index.apply(ID, RUNS);
        index.apply(ID, RUNS);
        index.change(ID, replica -> replica);
        index.change(id(9, 1), replica -> replica.serving(false, NOON)); // unknown
        assertThat(notified).containsExactly(WEB);

        index.change(ID, replica -> replica.serving(false, NOON));
        assertThat(notified).containsExactly(WEB, WEB);

        watch.close();
        remove();
        assertThat(notified).hasSize(2);
    }

    @Test
    void aWatcherThatFailsDoesNotKeepOthersFromBeingNotified() {
        index.watch(owner -> {
            throw new IllegalStateException("defect");
        });
        index.watch(notified::add);

        index.apply(ID, RUNS);

        assertThat(notified).containsExactly(WEB);
    }

    @Test
    void aTerminationIsRecordedBeforeWatchersAreNotifiedThatTheReplicaIsOver() {
        var recorded = new ArrayList<Integer>();
        index.apply(ID, RUNS);
        index.watch(owner -> recorded.add(terminations.terminations(owner).size()));

        remove();

        assertThat(recorded).containsExactly(0, 1); // TERMINATING, removed
    }

    @Test
    void aContainerAndItsReplicaLeadToEachOtherUntilItIsRemoved() {
        index.apply(ID, RUNS);
        assertThat(index.container(ID)).contains(CONTAINER);
        assertThat(index.replica(CONTAINER)).contains(ID);
        assertThat(index.knownContainers()).containsExactly(CONTAINER);
        assertThat(index.wasRemoved(CONTAINER)).isFalse();

        remove();
        assertThat(index.container(ID)).isEmpty();
        assertThat(index.replica(CONTAINER)).isEmpty();
        assertThat(index.knownContainers()).isEmpty();
    }

    @Test
    void anEarlierAnswerDoesNotBringARemovedContainerBack() {
        index.apply(ID, RUNS);
        remove();
        index.settle(); // it was removed just now: such answers may still be under way

        index.apply(ID, RUNS);

        assertThat(index.wasRemoved(CONTAINER)).isTrue();
        assertThat(index.find(ID)).isEmpty();
    }

    @Test
    void theStepTellsTheCallerWhatToDo() {
        index.apply(ID, RUNS);

        assertThat(index.apply(ID, REMOVAL).actions()).containsExactly(new Action.Delete(CONTAINER));
        assertThat(index.apply(ID, REMOVAL).actions()).isEmpty();
    }

    @Test
    void anExitIsPendingUntilAnInspectionConfirmsIt() {
        index.apply(ID, RUNS);
        index.apply(ID, new Fact.Died(CONTAINER, Signals.exit(3), NOON));
        assertThat(index.pendingExits()).containsExactly(ID);
        assertThat(index.known(ID).beforeExit()).isPresent();

        index.apply(ID, inspected(replica(0, Phase.ENDED)));
        assertThat(index.pendingExits()).isEmpty();
    }

    @Test
    void aLaunchThatTheEngineDidNotAnswerIsListedUntilItsResultIsKnown() {
        var launch = new Launch(ID, "v1", Samples.template("v1"), 0, 0, NOON, Priority.SCALE);
        index.apply(ID, new Fact.LaunchAccepted(launch, NOON));
        index.apply(ID, new Fact.LaunchBegun(launch));
        index.apply(ID, new Fact.Unanswered());
        assertThat(index.unansweredLaunches()).containsExactly(ID);

        index.apply(ID, RUNS);
        assertThat(index.unansweredLaunches()).isEmpty();
    }

    private void remove() {
        index.apply(ID, REMOVAL);
        index.apply(ID, GONE);
    }

    private static Fact inspected(Replica seen) {
        return new Fact.Inspected(CONTAINER, seen, Stopping.DEFAULT, List.of(), NOON);
    }
}
