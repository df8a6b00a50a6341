package dev.mayfly.runtime.docker.replica;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.core.model.Replica;
import dev.mayfly.core.model.Replica.Outcome;
import dev.mayfly.core.model.ReplicaId;
import dev.mayfly.core.model.Termination.Exit;
import dev.mayfly.runtime.docker.Answers;
import dev.mayfly.runtime.docker.container.ContainerSnapshot;
import dev.mayfly.runtime.docker.container.EngineTimes;
import dev.mayfly.runtime.support.Announcements;
import dev.mayfly.runtime.support.Fact;
import dev.mayfly.runtime.support.Lifecycle;
import dev.mayfly.runtime.support.ReplicaIndex;
import dev.mayfly.runtime.support.TerminationHistory;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Which exits are the replica's own, on a machine whose clock is set. */
class InspectionsTest {
    private static final Instant ENDED = Instant.parse(Answers.ENDED);
    private static final String CRASHED = Answers.state(false, 3, "", Answers.STARTED, Answers.ENDED);
    /** The machine's clock was an hour ahead when the engine started, and was set back before the operator started. */
    private static final Instant AN_HOUR_AHEAD = ENDED.plus(Duration.ofHours(1));

    private final ReplicaIndex index = new ReplicaIndex(new TerminationHistory());
    private Instant now = ENDED.minusSeconds(5);
    private Optional<Instant> began = Optional.of(AN_HOUR_AHEAD);
    private final Lifecycle lifecycle = new Lifecycle(
            index, new NoContainers(), (priority, owner, call) -> {}, null, new Announcements(), null, () -> now);
    private final Inspections inspections = new Inspections(
            () -> null,
            () -> began,
            index,
            new Announcements(),
            Answers.CLUSTER,
            new EngineTimes(() -> now, () -> now));

    @BeforeEach
    void aReplicaRuns() {
        inspections.connected();
        var snapshot = ContainerSnapshot.of(
                        Answers.CLUSTER, Answers.described(Answers.state(true, 0, "", Answers.STARTED, Answers.NEVER)))
                .orElseThrow();
        lifecycle.apply(Answers.LAUNCH.id(), snapshot.listed(now));
    }

    @Test
    void anExitThatTheConnectedEngineReportedIsItsOwn() {
        reported();

        assertThat(crashed().exit()).contains(new Exit(3, ""));
        assertThat(crashed().excused()).isFalse();
    }

    @Test
    void anExitAfterTheConnectionIsItsOwnEvenIfNoEventCame() {
        now = ENDED.plusSeconds(1);

        assertThat(crashed().excused()).isFalse();
    }

    @Test
    void anExitBeforeTheConnectionMayBeTheEngines() {
        now = ENDED.plusSeconds(5);
        inspections.connected();

        assertThat(crashed().excused()).isTrue();
    }

    /** The question was answered by the next engine: the one that stopped its containers reported the exit. */
    @Test
    void anExitThatAnotherEngineReportedIsNotItsOwn() {
        reported();
        began = Optional.of(ENDED.plusSeconds(2));

        assertThat(crashed().excused()).isTrue();
        assertThat(crashed().exit()).isEmpty();
    }

    /** Nothing is inspected or removed here. */
    private static final class NoContainers implements Lifecycle.Containers {
        @Override
        public void inspect(String container) {}

        @Override
        public List<String> remove(ReplicaId id, String container) {
            return List.of();
        }
    }

    private void reported() {
        lifecycle.apply(Answers.LAUNCH.id(), new Fact.Died("c1", new Exit(3, ""), ENDED));
    }

    private Outcome crashed() {
        return inspections
                .read(Answers.described(CRASHED))
                .map(ContainerSnapshot::replica)
                .map(Replica::outcome)
                .orElseThrow();
    }
}
