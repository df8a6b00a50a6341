package dev.mayfly.runtime.support;

import static dev.mayfly.core.model.Samples.NOON;
import static dev.mayfly.core.model.Samples.id;
import static dev.mayfly.core.model.Samples.replica;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.core.model.Phase;
import dev.mayfly.core.model.Probe;
import dev.mayfly.core.model.Probe.Probes;
import dev.mayfly.core.model.Replica;
import dev.mayfly.core.model.ReplicaId;
import dev.mayfly.probe.Answer;
import dev.mayfly.probe.Health;
import dev.mayfly.probe.Health.ProbeKind;
import dev.mayfly.probe.Prober.Reports.Presence;
import dev.mayfly.probe.Prober.Target;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ReplicaHealthTest {
    private static final String CONTAINER = "c1";
    private static final Instant LATER = NOON.plusSeconds(9);
    private static final ReplicaId ID = id(0, 1);
    private static final Target TARGET = new Target(ID, CONTAINER, "", NOON, false);

    private final ReplicaIndex index = new ReplicaIndex();
    private final ReplicaHealth health =
            new ReplicaHealth(index, () -> true, new Announcements(), UnaryOperator.identity());

    @BeforeEach
    void itRuns() {
        index.apply(ID, inspected(replica(0, Phase.RUNNING).withHealth(health -> health.withGated(true))));
    }

    @Test
    void aReplicaWithAReportedExitIsNotProbedUntilItIsInspected() {
        assertThat(health.presence(TARGET)).isEqualTo(Presence.RUNS);

        index.apply(ID, new Fact.Died(CONTAINER, Signals.KILL, LATER));
        assertThat(health.presence(TARGET)).isEqualTo(Presence.UNKNOWN);

        index.apply(ID, inspected(replica(0, Phase.PENDING).in(Phase.RUNNING, NOON.plusSeconds(5))));
        assertThat(health.presence(TARGET)).isEqualTo(Presence.RUNS);
    }

    @Test
    void anAnswerAfterItsExitDoesNotMakeItReady() {
        index.apply(ID, new Fact.Died(CONTAINER, Signals.KILL, LATER));

        health.verdict(TARGET, Health.begin(Probes.NONE), Answer.SUCCESS, LATER);
        health.checked(ID, true, LATER);

        assertThat(index.find(ID).orElseThrow().ready()).isFalse();
    }

    /** Where the engine decides when a replica is ready, a probe that succeeds says nothing about that. */
    @Test
    void probesThatOnlyFindUnhealthyReplicasMakeNoneReady() {
        var liveness =
                new Probe(new Probe.TcpSocket(1), Duration.ZERO, Duration.ofSeconds(1), Duration.ofSeconds(1), 1, 1);
        var alive = Health.begin(new Probes(Optional.empty(), Optional.empty(), Optional.of(liveness)));
        var watching = new ReplicaHealth(index, () -> true, new Announcements(), UnaryOperator.identity(), false);
        index.change(ID, replica -> replica.serving(false, NOON));

        watching.verdict(TARGET, alive, Answer.SUCCESS, LATER);
        assertThat(index.find(ID).orElseThrow().ready()).isFalse();
        watching.checked(ID, true, LATER);
        assertThat(index.find(ID).orElseThrow().ready()).isTrue();

        watching.verdict(TARGET, alive.after(ProbeKind.LIVENESS, false), Answer.failure("no"), LATER);
        watching.checked(ID, true, LATER); // the engine does not know
        assertThat(index.find(ID).orElseThrow().ready()).isFalse();
    }

    @Test
    void aTerminatedReplicaIsNotProbed() {
        index.apply(ID, inspected(replica(0, Phase.ENDED)));

        assertThat(health.presence(TARGET)).isEqualTo(Presence.GONE);
    }

    private static Fact inspected(Replica seen) {
        return new Fact.Inspected(CONTAINER, seen, Stopping.DEFAULT, List.of(), LATER);
    }
}
