package dev.mayfly.runtime.support;

import static dev.mayfly.core.model.Samples.NOON;
import static dev.mayfly.core.model.Samples.WEB;
import static dev.mayfly.core.model.Samples.id;
import static dev.mayfly.core.model.Samples.replica;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.core.model.Failure;
import dev.mayfly.core.model.Phase;
import dev.mayfly.core.model.Removal;
import dev.mayfly.core.model.Removal.Cause;
import dev.mayfly.core.model.Replica;
import dev.mayfly.core.model.Termination;
import dev.mayfly.runtime.support.Step.Action;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/**
 * The engine may report that a container ran out of memory after it reported the exit, and describes the container as merely
 * killed then, for ever (seen with Docker Engine 20.10, when containers ended beside eight busy processes).
 */
class OutOfMemoryTest {
    private static final String CONTAINER = "c1";
    private static final Instant LATER = NOON.plusSeconds(9);
    private static final Fact OUT_OF_MEMORY = new Fact.OutOfMemory(CONTAINER);
    private static final Fact DIED = new Fact.Died(CONTAINER, Signals.KILL, LATER);
    private static final Replica RUNS = replica(0, Phase.RUNNING);
    /** As an inspection says it. */
    private static final Failure KILLED = Terminations.ended(WEB, Signals.KILL, false);

    private final TerminationHistory history = new TerminationHistory();
    private final List<String> reported = new ArrayList<>();
    private KnownReplica known = KnownReplica.nothing(id(0, 1));

    @Test
    void aReportBetweenExitAndInspectionIsTheCause() {
        apply(inspected(RUNS), DIED, OUT_OF_MEMORY, inspected(killed()));

        assertEndedOutOfMemory();
        assertThat(reported).singleElement().asString().contains("memory limit");
    }

    @Test
    void aReportAfterTheInspectionCorrectsTheTermination() {
        apply(inspected(RUNS), DIED, inspected(killed()));
        history.wrote(id(0, 1), CONTAINER, List.of("/etc/a"));
        assertThat(termination().reason()).isEqualTo("Killed");

        apply(OUT_OF_MEMORY, OUT_OF_MEMORY);

        assertEndedOutOfMemory();
        assertThat(termination().writes()).containsExactly("/etc/a");
        assertThat(reported).hasSize(2).last().asString().contains("memory limit");
    }

    @Test
    void itsLastOutputIsKept() {
        var output = "\nIts output ended with:\n  reading all of it";
        var shown = new Failure(KILLED.reason(), KILLED.message() + output);
        apply(inspected(RUNS), DIED, inspected(failed(shown)), OUT_OF_MEMORY);

        assertThat(termination().message()).contains("memory limit").endsWith(output);
    }

    @Test
    void anExitThatIsReportedTwiceStillHasThisCause() {
        apply(inspected(RUNS), DIED, OUT_OF_MEMORY, DIED, inspected(killed()));

        assertEndedOutOfMemory();
    }

    @Test
    void aContainerThatIsBeingRemovedAfterItsEndIsCorrectedToo() {
        apply(inspected(RUNS), DIED, inspected(killed()));
        apply(new Fact.RemovalAccepted(new Removal(id(0, 1), Duration.ZERO, Cause.HISTORY), LATER), OUT_OF_MEMORY);

        assertEndedOutOfMemory();
    }

    /** A child may be killed for its memory while PID 1 goes on. The engine's description counts then. */
    @Test
    void whatExitsOtherwiseKeepsItsReason() {
        apply(inspected(RUNS), OUT_OF_MEMORY);
        assertThat(observed().outcome().failure()).isEmpty();

        apply(inspected(failed(new Failure("Error", "PID 1 ended with exit code 3."))), OUT_OF_MEMORY);

        assertThat(termination().reason()).isEqualTo("Error");
        assertThat(reported).hasSize(1);
    }

    @Test
    void aRunAfterAnotherRunHasACauseOfItsOwn() {
        apply(inspected(RUNS), DIED, OUT_OF_MEMORY);
        apply(inspected(replica(0, Phase.PENDING).in(Phase.RUNNING, NOON.plusSeconds(5))), DIED, inspected(killed()));

        assertThat(termination().reason()).isEqualTo("Killed");
    }

    @Test
    void aRemovalThatWasRequestedStaysOne() {
        apply(inspected(RUNS));
        apply(new Fact.RemovalAccepted(new Removal(id(0, 1), Duration.ofSeconds(5), Cause.SCALE_DOWN), LATER));
        apply(DIED, OUT_OF_MEMORY, new Fact.Gone(Optional.of(CONTAINER), List.of(), LATER));

        assertThat(termination().reason()).isEqualTo("Killed");
        assertThat(reported).isEmpty();
    }

    private void assertEndedOutOfMemory() {
        assertThat(termination().reason()).isEqualTo("OOMKilled");
        assertThat(termination().exit()).contains(Signals.KILL);
        assertThat(observed().outcome().failure().orElseThrow().reason()).isEqualTo("OOMKilled");
    }

    private void apply(Fact... facts) {
        for (var fact : facts) {
            var step = ReplicaLife.next(known, fact);
            known = step.known();
            for (var action : step.actions()) {
                switch (action) {
                    case Action.Remember(var termination) -> history.add(WEB, termination);
                    case Action.Correct(var termination) -> history.correct(WEB, termination);
                    case Action.Report(var found) -> reported.add(found.message());
                    default -> {}
                }
            }
        }
    }

    private Termination termination() {
        assertThat(history.terminations(WEB)).hasSize(1);
        return history.terminations(WEB).getFirst();
    }

    private Replica observed() {
        return known.replica().orElseThrow();
    }

    private static Replica killed() {
        return failed(KILLED);
    }

    private static Replica failed(Failure why) {
        return RUNS.failed(Phase.ENDED, NOON.plusSeconds(3), why)
                .withOutcome(outcome ->
                        outcome.withExit(Optional.of(why.reason().equals("Killed") ? Signals.KILL : Signals.exit(3))));
    }

    private static Fact inspected(Replica replica) {
        return new Fact.Inspected(CONTAINER, replica, Stopping.DEFAULT, List.of(), LATER);
    }
}
