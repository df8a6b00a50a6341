package dev.mayfly.runtime.support;

import static dev.mayfly.core.model.Samples.NOON;
import static dev.mayfly.core.model.Samples.WEB;
import static dev.mayfly.core.model.Samples.ended;
import static dev.mayfly.core.model.Samples.id;
import static dev.mayfly.core.model.Samples.replica;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.core.model.Failure;
import dev.mayfly.core.model.Phase;
import dev.mayfly.core.model.Removal;
import dev.mayfly.core.model.Removal.Cause;
import dev.mayfly.core.model.Replica;
import dev.mayfly.core.model.Termination;
import dev.mayfly.core.model.Termination.Exit;
import dev.mayfly.runtime.support.KnownReplica.End;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class TerminationHistoryTest {
    private static final Replica LEAVING = replica(0, Phase.RUNNING).in(Phase.TERMINATING, NOON);

    private final TerminationHistory terminations = new TerminationHistory();
    private Optional<End> end = Optional.empty();

    @Test
    void aReplicaThatExitsInTimeIsStoppedRegardlessOfItsExitCode() {
        terminated(143, NOON.plusSeconds(1));
        requested(LEAVING, Cause.SCALE_DOWN, false);

        assertThat(only().reason()).isEqualTo("Stopped");
        assertThat(only().exit()).contains(new Exit(143, "SIGTERM"));
        assertThat(only().at()).isEqualTo(NOON.plusSeconds(1));
        assertThat(only().requested()).isTrue();
    }

    @Test
    void aKilledReplicaExceededItsGraceEvenIfItsEventIsLate() {
        requested(LEAVING, Cause.SCALE_DOWN, true);

        assertThat(only().reason()).isEqualTo("GraceExceeded");
        assertThat(only().exit()).contains(new Exit(137, "SIGKILL"));
        assertThat(only().message()).contains("5 s");
    }

    @Test
    void whatEndedAtTheLastMomentWasNotKilled() {
        terminated(0, NOON);
        requested(LEAVING, Cause.SCALE_DOWN, true);

        assertThat(only().reason()).isEqualTo("Stopped");
    }

    @Test
    void aReplicaKilledDuringItsStopIsReportedAsKilled() {
        terminated(137, NOON);
        requested(LEAVING, Cause.SCALE_DOWN, false);

        assertThat(only().reason()).isEqualTo("Killed");
    }

    @Test
    void anUnhealthyReplicaIsNotReportedAsRequested() {
        terminated(143, NOON);
        requested(
                LEAVING.withHealth(
                        health -> health.withUnhealthy(Optional.of(new Failure("Unhealthy", "It answered 503.")))),
                Cause.UNHEALTHY,
                false);

        assertThat(only().reason()).isEqualTo("Unhealthy");
        assertThat(only().message()).startsWith("It answered 503. ").contains("143 (SIGTERM)");
        assertThat(only().requested()).isFalse();
    }

    @Test
    void whatNeverRanHasNoEnd() {
        requested(replica(0, Phase.CREATED).in(Phase.TERMINATING, NOON), Cause.SCALE_DOWN, true);

        assertThat(terminations.terminations(WEB)).isEmpty();
    }

    @Test
    void fiveOfEachKindAreKeptTheLatestFirst() {
        for (var slot = 0; slot < 9; slot++) {
            unrequested(failed(slot));
            terminated(0, NOON.plusSeconds(100 + slot));
            requested(LEAVING.withId(id(slot, 9)), Cause.SCALE_DOWN, false);
            end = Optional.empty();
        }

        assertThat(terminations.terminations(WEB).stream()
                        .filter(Termination::requested)
                        .map(Termination::replica))
                .containsExactly("web-8", "web-7", "web-6", "web-5", "web-4");
        assertThat(terminations.terminations(WEB).stream()
                        .filter(e -> !e.requested())
                        .map(Termination::replica))
                .containsExactly("web-8", "web-7", "web-6", "web-5", "web-4");
    }

    @Test
    void aTerminationIsRecordedOnceAndItsFinalAuditAddsItsWrites() {
        unrequested(failed(0));
        terminations.wrote(id(0, 1), "", List.of("/etc/a"));
        unrequested(failed(0));

        assertThat(only().writes()).containsExactly("/etc/a");
    }

    @Test
    void aDeletedWorkloadIsForgotten() {
        unrequested(failed(0));
        terminations.forget(WEB);

        assertThat(terminations.terminations(WEB)).isEmpty();
    }

    private static Replica failed(int slot) {
        return ended(slot, Duration.ofSeconds(1))
                .failed(Phase.ENDED, NOON.plusSeconds(slot), new Failure("Error", "PID 1 ended with exit code 3."));
    }

    private void requested(Replica replica, Cause cause, boolean killed) {
        Terminations.requested(replica, end, removal(replica, cause), killed, List.of(), NOON)
                .ifPresent(termination -> terminations.add(WEB, termination));
    }

    private void unrequested(Replica over) {
        Terminations.unrequested(over, end, List.of()).ifPresent(termination -> terminations.add(WEB, termination));
    }

    private void terminated(int exitCode, Instant at) {
        end = Optional.of(new End(Signals.exit(exitCode), at, true, false));
    }

    private static Removal removal(Replica replica, Cause cause) {
        return new Removal(replica.id(), Duration.ofSeconds(5), cause);
    }

    private Termination only() {
        assertThat(terminations.terminations(WEB)).hasSize(1);
        return terminations.terminations(WEB).getFirst();
    }
}
