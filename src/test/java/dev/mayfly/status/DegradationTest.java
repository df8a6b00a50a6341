package dev.mayfly.status;

import static dev.mayfly.model.Samples.NOON;
import static dev.mayfly.model.Samples.desired;
import static dev.mayfly.model.Samples.ended;
import static dev.mayfly.model.Samples.observed;
import static dev.mayfly.model.Samples.replica;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.model.Desired;
import dev.mayfly.model.Failure;
import dev.mayfly.model.Observed;
import dev.mayfly.model.Phase;
import dev.mayfly.model.Replica;
import io.fabric8.kubernetes.api.model.Condition;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class DegradationTest {
    private static final Failure NO_IMAGE = new Failure("ErrImagePull", "manifest unknown");
    private static final Failure NO_COMMAND = new Failure("RunContainerError", "exec: \"nope\": not found");
    private static final Failure EXIT = new Failure("Error", "ended with exit code 1");

    @Test
    void aKilledReplicaThatIsBeingReplacedIsNoDegradation() {
        assertThat(degraded(desired(1), observed(ended(0, Duration.ofHours(1)))))
                .isEqualTo("False AsExpected ");
    }

    @Test
    void anImageThatCantBePulledSpeaksInTheEnginesWords() {
        var failed = replica(0, Phase.PENDING).failed(Phase.FAILED, NOON, NO_IMAGE);

        assertThat(degraded(desired(1), observed(failed))).isEqualTo("True ErrImagePull manifest unknown");
    }

    @Test
    void theNewestFailureCounts() {
        var older = replica(0, Phase.PENDING).failed(Phase.FAILED, NOON, NO_IMAGE);
        var newer = replica(1, Phase.PENDING).failed(Phase.FAILED, NOON.plusSeconds(1), NO_COMMAND);

        assertThat(degraded(desired(2), observed(newer, older))).startsWith("True RunContainerError");
    }

    @Test
    void aContainerThatCantStartSaysWhyAlsoWhileItsSuccessorWaits() {
        var dead = replica(0, Phase.PENDING).failed(Phase.ENDED, NOON, NO_COMMAND);

        assertThat(degraded(desired(1), observed(dead))).startsWith("True RunContainerError exec");
        assertThat(degraded(desired(1), observed(dead, waiting(2)))).startsWith("True RunContainerError exec");
    }

    @Test
    void aReplicaThatFailsAgainAndAgainIsACrashLoop() {
        var dead = replica(0, Phase.PENDING).in(Phase.RUNNING, NOON).failed(Phase.ENDED, NOON, EXIT);

        assertThat(degraded(desired(1), observed(dead, waiting(1)))).startsWith("False");
        assertThat(degraded(desired(1), observed(dead, waiting(2))))
                .isEqualTo(
                        "True CrashLoopBackOff Back-off restarting failed replicas; the last one: ended with exit code 1");
        assertThat(degraded(desired(1), observed(waiting(2))))
                .isEqualTo("True CrashLoopBackOff Back-off restarting failed replicas.");
    }

    @Test
    void aReplicaThatCouldNotWriteIsAFaultOfItsRevisionFromTheFirstDeathOn() {
        var why = new Failure("ReadOnlyFileSystem", "could not write /x/y");
        var dead = replica(0, Phase.PENDING).in(Phase.RUNNING, NOON).failed(Phase.ENDED, NOON, why);
        var successor = replica(0, 2, "v1", Phase.RUNNING);
        var other = replica(0, 1, "v0", Phase.PENDING).in(Phase.RUNNING, NOON).failed(Phase.ENDED, NOON, why);

        assertThat(degraded(desired(1), observed(dead))).isEqualTo("True ReadOnlyFileSystem could not write /x/y");
        assertThat(degraded(desired(1), observed(dead, successor))).startsWith("True ReadOnlyFileSystem");
        assertThat(degraded(desired(1), observed(dead, waiting(2)))).startsWith("True ReadOnlyFileSystem");
        assertThat(degraded(desired(1), observed(other, successor))).startsWith("False");
    }

    @Test
    void theLastWordStandsWhileTheNextTryIsUnderWay() {
        var before = condition(Conditions.of(null), desired(1), observed(waiting(2)));

        var trying =
                condition(Conditions.of(List.of(before)), desired(1), observed(replica(0, 2, "v1", Phase.PENDING)));
        var ready = condition(Conditions.of(List.of(before)), desired(1), observed(replica(0, 2, "v1", Phase.RUNNING)));

        assertThat(trying.getReason()).isEqualTo("CrashLoopBackOff");
        assertThat(ready.getReason()).isEqualTo("AsExpected");
    }

    @Test
    void whatDoesNotFitIsSaid() {
        assertThat(degraded(desired(5).admitting(2), observed()))
                .isEqualTo("True InsufficientCapacity There is room for 2 of 5 replicas.");
    }

    private static Replica waiting(int failures) {
        var r = replica(0, 2, "v1", Phase.CREATED);
        return new Replica(
                r.id(),
                r.revision(),
                r.phase(),
                r.ready(),
                r.since(),
                r.startedAt(),
                failures,
                r.restarts(),
                r.notBefore(),
                r.requests(),
                r.failure(),
                r.excused(),
                dev.mayfly.model.Writes.NONE);
    }

    private static String degraded(Desired desired, Observed observed) {
        var condition = condition(Conditions.of(null), desired, observed);
        return condition.getStatus() + " " + condition.getReason() + " " + condition.getMessage();
    }

    private static Condition condition(Conditions known, Desired desired, Observed observed) {
        return Degradation.of(known, desired, observed, Optional.empty(), 1);
    }
}
