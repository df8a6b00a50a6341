package dev.mayfly.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.mayfly.core.model.Launch;
import dev.mayfly.core.model.Launch.Priority;
import dev.mayfly.core.model.Observed;
import dev.mayfly.core.model.OwnerId;
import dev.mayfly.core.model.Phase;
import dev.mayfly.core.model.Removal;
import dev.mayfly.core.model.Replica;
import dev.mayfly.core.model.Replica.Outcome;
import dev.mayfly.core.model.Replica.Writes;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;

/** The contract of every {@link ContainerRuntime}. An implementation's test extends this. */
public abstract class ContainerRuntimeContract extends LifeContract {

    @Test
    void anAcceptedLaunchShowsAtOnceAndBecomesRunning() {
        runtime.launch(launch(0, 1, now()));

        assertThat(find(0, 1)).isPresent();
        awaitPhase(0, 1, Phase.RUNNING);
        var running = find(0, 1).orElseThrow();
        assertThat(running.ready()).isTrue();
        assertThat(running.startedAt()).isPresent();
        assertThat(running.revision()).isEqualTo("v1");
    }

    @Test
    void aLaunchRemembersFailuresAndRestarts() {
        runtime.launch(new Launch(id(0, 4), "v7", runsForEver(), 2, 3, now(), Priority.HEAL));
        awaitPhase(0, 4, Phase.RUNNING);

        var running = find(0, 4).orElseThrow();
        assertThat(running.history().failures()).isEqualTo(2);
        assertThat(running.history().restarts()).isEqualTo(3);
        assertThat(running.revision()).isEqualTo("v7");
    }

    @Test
    void aRepeatedLaunchChangesNothing() {
        runtime.launch(launch(0, 1, now()));
        awaitPhase(0, 1, Phase.RUNNING);
        var before = find(0, 1);

        runtime.launch(launch(0, 1, now()));

        assertThat(find(0, 1)).isEqualTo(before);
        assertThat(observe().all()).hasSize(1);
    }

    @Test
    void aLaunchThatIsNotDueIsOnlyCreatedAndStartsWhenRequestedAgain() {
        var due = now().plusSeconds(20); // later than the container of a busy machine
        runtime.launch(launch(0, 1, due));
        awaitPhase(0, 1, Phase.CREATED);
        assertThat(find(0, 1).orElseThrow().startedAt()).isEmpty();

        await(observed -> now().isAfter(due));
        assertThat(find(0, 1).orElseThrow().phase()).isEqualTo(Phase.CREATED);
        runtime.launch(launch(0, 1, due));

        awaitPhase(0, 1, Phase.RUNNING);
    }

    @Test
    void aReplacedReplicaIsRememberedUntilItsSuccessorIsLaunched() {
        runtime.launch(new Launch(id(0, 1), "v1", runsForEver(), 2, 3, now(), Priority.SCALE));
        awaitPhase(0, 1, Phase.RUNNING);

        runtime.remove(new Removal(id(0, 1), Duration.ZERO, Removal.Cause.RECREATE));
        awaitPhase(0, 1, Phase.LOST);

        var lost = find(0, 1).orElseThrow();
        assertThat(lost.outcome().failure()).contains(Writes.REPLACED);
        assertThat(lost.startedAt()).isPresent();
        assertThat(lost.history().failures()).isEqualTo(2);
        runtime.launch(launch(0, 2, now()));
        awaitPhase(0, 2, Phase.RUNNING);
        assertThat(find(0, 1)).isEmpty();
    }

    @Test
    void aReplicaWhosePodWasDeletedIsExcusedAndRememberedUntilItsSuccessorIsLaunched() {
        runtime.launch(new Launch(id(0, 3), "v1", runsForEver(), 2, 3, now(), Priority.SCALE));
        awaitPhase(0, 3, Phase.RUNNING);

        runtime.remove(new Removal(id(0, 3), Duration.ZERO, Removal.Cause.POD_DELETED));
        awaitPhase(0, 3, Phase.LOST);

        var lost = find(0, 3).orElseThrow();
        assertThat(lost.outcome().failure()).contains(Outcome.POD_DELETED);
        assertThat(lost.outcome().excused()).isTrue();
        assertThat(lost.history().failures()).isEqualTo(2);
        runtime.launch(launch(0, 4, now()));
        awaitPhase(0, 4, Phase.RUNNING);
        assertThat(find(0, 3)).isEmpty();
    }

    @Test
    void howAReplicaEndedBeforeItsPodWasDeletedStillCounts() {
        runtime.launch(launch(0, 1, now()));
        awaitPhase(0, 1, Phase.RUNNING);
        kill(id(0, 1));
        awaitPhase(0, 1, Phase.ENDED);
        var ended = find(0, 1).orElseThrow();

        runtime.remove(new Removal(id(0, 1), Duration.ZERO, Removal.Cause.POD_DELETED));
        awaitPhase(0, 1, Phase.LOST);

        assertThat(find(0, 1).orElseThrow().outcome()).isEqualTo(ended.outcome());
    }

    @Test
    void aRemovalShowsAtOnceAndLeavesNothing() {
        runtime.launch(launch(0, 1, now()));
        awaitPhase(0, 1, Phase.RUNNING);

        runtime.remove(removal(id(0, 1)));

        assertThat(find(0, 1).filter(r -> !r.phase().leaving())).isEmpty();
        await(Observed::isEmpty);
    }

    @Test
    void aRemovalOvertakesALaunch() {
        runtime.launch(launch(0, 1, now()));
        runtime.remove(removal(id(0, 1)));

        assertThat(find(0, 1).filter(r -> !r.phase().leaving())).isEmpty();
        await(Observed::isEmpty);
    }

    @Test
    void aWaitingReplicaCanBeRemoved() {
        runtime.launch(launch(0, 1, now().plusSeconds(600)));
        awaitPhase(0, 1, Phase.CREATED);

        runtime.remove(removal(id(0, 1)));

        await(Observed::isEmpty);
    }

    @Test
    void removalsOfUnknownAndOfTerminatingReplicasAreHarmless() {
        runtime.launch(launch(0, 1, now()));
        awaitPhase(0, 1, Phase.RUNNING);

        assertThatCode(() -> {
                    runtime.remove(removal(id(7, 1)));
                    runtime.remove(removal(id(0, 1)));
                    runtime.remove(removal(id(0, 1)));
                })
                .doesNotThrowAnyException();
        await(Observed::isEmpty);
    }

    @Test
    void aKilledReplicaIsOverAndCanBeRemoved() {
        runtime.launch(launch(0, 1, now()));
        awaitPhase(0, 1, Phase.RUNNING);

        kill(id(0, 1));

        awaitPhase(0, 1, Phase.ENDED);
        var over = find(0, 1).orElseThrow();
        assertThat(over.ready()).isFalse();
        assertThat(over.startedAt()).isPresent();
        assertThat(over.outcome().excused()).isFalse();
        runtime.remove(removal(id(0, 1)));
        await(Observed::isEmpty);
    }

    @Test
    void aVanishedReplicaIsLostAndForgottenWhenRemoved() {
        runtime.launch(launch(0, 1, now()));
        awaitPhase(0, 1, Phase.RUNNING);

        vanish(id(0, 1));

        awaitPhase(0, 1, Phase.LOST);
        assertThat(find(0, 1).orElseThrow().startedAt()).isPresent();
        runtime.remove(removal(id(0, 1)));
        await(Observed::isEmpty);
    }

    @Test
    void aLostReplicaIsForgottenWithItsSuccessor() {
        runtime.launch(launch(0, 1, now()));
        awaitPhase(0, 1, Phase.RUNNING);
        vanish(id(0, 1));
        awaitPhase(0, 1, Phase.LOST);

        runtime.launch(launch(0, 2, now()));

        awaitPhase(0, 2, Phase.RUNNING);
        assertThat(find(0, 1)).isEmpty();
    }

    @Test
    void aTerminatedReplicaIsNeverReused() {
        runtime.launch(launch(0, 1, now()));
        awaitPhase(0, 1, Phase.RUNNING);
        kill(id(0, 1));
        awaitPhase(0, 1, Phase.ENDED);

        runtime.launch(launch(0, 1, now()));
        runtime.launch(launch(0, 2, now()));

        awaitPhase(0, 2, Phase.RUNNING);
        assertThat(find(0, 1).map(Replica::phase)).contains(Phase.ENDED);
    }

    @Test
    void ownersAreThoseWithReplicas() {
        assertThat(runtime.owners()).doesNotContain(owner);
        runtime.launch(launch(0, 1, now()));
        awaitPhase(0, 1, Phase.RUNNING);
        assertThat(runtime.owners()).contains(owner);

        runtime.remove(removal(id(0, 1)));
        await(Observed::isEmpty);

        assertThat(runtime.owners()).doesNotContain(owner);
    }

    @Test
    void everyChangeIsHintedAt() throws Exception {
        Set<OwnerId> hinted = ConcurrentHashMap.newKeySet();
        try (var watch = runtime.watch(hinted::add)) {
            runtime.launch(launch(0, 1, now()));
            await(observed -> hinted.contains(owner) && running(observed));
            hinted.clear();
            kill(id(0, 1));
            await(observed -> hinted.contains(owner));
        }
    }
}
