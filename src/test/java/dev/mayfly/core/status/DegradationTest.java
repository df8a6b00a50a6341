package dev.mayfly.core.status;

import static dev.mayfly.core.model.Samples.NOON;
import static dev.mayfly.core.model.Samples.desired;
import static dev.mayfly.core.model.Samples.ended;
import static dev.mayfly.core.model.Samples.id;
import static dev.mayfly.core.model.Samples.observed;
import static dev.mayfly.core.model.Samples.replica;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.api.v1alpha1.EphemeralWorkloadStatus;
import dev.mayfly.api.v1alpha1.EphemeralWorkloadStatusBuilder;
import dev.mayfly.core.model.Desired;
import dev.mayfly.core.model.Desired.AuditPolicy;
import dev.mayfly.core.model.Desired.AuditPolicy.OnWrite;
import dev.mayfly.core.model.Desired.ScaleDownPolicy;
import dev.mayfly.core.model.Desired.WarmPool;
import dev.mayfly.core.model.Desired.WarmPool.Hold;
import dev.mayfly.core.model.Failure;
import dev.mayfly.core.model.Observed;
import dev.mayfly.core.model.Phase;
import dev.mayfly.core.model.Probe;
import dev.mayfly.core.model.Replica;
import dev.mayfly.core.model.Replica.Busy;
import dev.mayfly.core.model.Replica.Writes;
import dev.mayfly.core.model.Samples;
import dev.mayfly.core.model.Template;
import dev.mayfly.core.model.Template.Placement;
import dev.mayfly.core.model.Termination.Exit;
import dev.mayfly.core.plan.AbandonedSlots;
import dev.mayfly.core.status.Degradation.FailedSlots;
import io.fabric8.kubernetes.api.model.Condition;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class DegradationTest {
    private static final EphemeralWorkloadStatus NOTHING =
            EphemeralWorkloadStatusBuilder.builder().build();
    private static final Failure NO_IMAGE = new Failure("ErrImagePull", "manifest unknown");
    private static final Failure NO_COMMAND = new Failure("RunContainerError", "exec: \"nope\": not found");
    private static final Failure EXIT = new Failure("Error", "ended with exit code 1");

    @Test
    void aKilledReplicaThatIsBeingReplacedIsNoDegradation() {
        assertThat(degraded(desired(1), observed(ended(0, Duration.ofHours(1)))))
                .isEqualTo("False AsExpected ");
    }

    @Test
    void aFailedPullIsReportedInTheEnginesWords() {
        var failed = replica(0, Phase.PENDING).failed(Phase.FAILED, NOON, NO_IMAGE);

        assertThat(degraded(desired(1), observed(failed))).isEqualTo("True ErrImagePull manifest unknown");
    }

    @Test
    void theLatestFailureIsReported() {
        var older = replica(0, Phase.PENDING).failed(Phase.FAILED, NOON, NO_IMAGE);
        var newer = replica(1, Phase.PENDING).failed(Phase.FAILED, NOON.plusSeconds(1), NO_COMMAND);

        assertThat(degraded(desired(2), observed(newer, older))).startsWith("True RunContainerError");
    }

    @Test
    void aFailedStartIsReportedAlsoWhileTheSuccessorWaits() {
        var terminated = replica(0, Phase.PENDING).failed(Phase.ENDED, NOON, NO_COMMAND);

        assertThat(degraded(desired(1), observed(terminated))).startsWith("True RunContainerError exec");
        assertThat(degraded(desired(1), observed(terminated, waiting(2)))).startsWith("True RunContainerError exec");
    }

    @Test
    void aReplicaThatFailsAgainAndAgainIsACrashLoop() {
        var terminated = replica(0, Phase.PENDING).in(Phase.RUNNING, NOON).failed(Phase.ENDED, NOON, EXIT);

        assertThat(degraded(desired(1), observed(terminated, waiting(1)))).startsWith("False");
        assertThat(degraded(desired(1), observed(terminated, waiting(2))))
                .isEqualTo(
                        "True CrashLoopBackOff Back-off restarting failed replicas; the last one: ended with exit code 1\n"
                                + "To read its last output: docker logs --tail 20 $(docker ps"
                                + " -aqf label=mayfly.dev/owner-uid=uid-web -f status=exited | head -n 1)");
    }

    @Test
    void theOutputOfReplicasThatArePodsIsReadByKubectl() {
        var pods = desired(1).withTemplate(Samples.template("v1").withPlacement(new Placement("Pods", "{}")));

        assertThat(degraded(pods, observed(waiting(2))))
                .endsWith(
                        "To read its last output: kubectl logs --tail=20 -n %1$s $(kubectl get pods -n %1$s -o name -l mayfly.dev/owner-uid=uid-web --field-selector=status.phase=Failed | head -n 1)"
                                .formatted(pods.owner().namespace()));
    }

    @Test
    void aCrashLoopNamesExitCodeSignalAndHowToReadTheOutput() {
        var killed = replica(0, Phase.PENDING)
                .in(Phase.RUNNING, NOON)
                .failed(Phase.ENDED, NOON, new Failure("OOMKilled", "It used too much memory."))
                .withOutcome(outcome -> outcome.withExit(Optional.of(new Exit(137, "SIGKILL"))));

        assertThat(degraded(desired(1), observed(killed, waiting(2))))
                .contains("the last one ended with exit code 137 (SIGKILL): It used too much memory.\nTo read")
                .contains("docker logs");
        assertThat(message(observed(killed, waiting(2).withId(id(1, 2)))))
                .as("the dead container of another slot says the same")
                .contains("exit code 137 (SIGKILL)", "docker logs");
    }

    @Test
    void aCrashLoopWithoutAContainerNamesHowTheLastOneExitedAccordingToTheStatus() {
        var known = Degradation.of(
                Conditions.of(null),
                desired(1),
                observed(waiting(2)),
                FailedSlots.NONE,
                Optional.of(new Exit(3, "")),
                List.of(),
                1);

        assertThat(known.getMessage())
                .startsWith(
                        "Back-off restarting failed replicas; the last one ended with exit code 3.\nTo read its last"
                                + " output: docker logs");
        assertThat(message(observed(waiting(2)))).contains("ended with an exit code that is not known.\nTo read");
    }

    @Test
    void whereNoContainerIsKeptTheStatusHasTheOutputIfTheTemplateAllowsIt() {
        var keepsNone = desired(1).withRestarts(restarts -> restarts.withTerminatedHistoryLimit(0));
        var shows = keepsNone.withTemplate(
                keepsNone.template().withProcess(process -> process.withOutput(Template.Output.OF_FAILURES)));

        assertThat(degraded(keepsNone, observed(waiting(2))))
                .endsWith("set template.outputPolicy: OnFailure, and the" + " status has it after the next failure");
        assertThat(degraded(shows, observed(waiting(2))))
                .endsWith("kubectl get ew web -n default -o jsonpath='{.status.lastTerminations[0].message}'");
    }

    @Test
    void allProblemsAreListedTheMostUrgentFirst() {
        var failed = replica(0, Phase.PENDING).failed(Phase.FAILED, NOON, NO_IMAGE);
        var capacity = new Failure("InsufficientCapacity", "1 of 2 replicas fit: no memory. Make room.");

        var condition = condition(Conditions.of(null), desired(2).admitting(1), observed(failed), List.of(capacity));

        assertThat(condition.getReason()).isEqualTo("InsufficientCapacity");
        assertThat(condition.getMessage())
                .isEqualTo(
                        "InsufficientCapacity: 1 of 2 replicas fit: no memory. Make room.\n\nErrImagePull: manifest unknown");
    }

    @Test
    void whatIsSaidWithOneOfSeveralReasonsIsFound() {
        var failed = replica(0, Phase.PENDING).failed(Phase.FAILED, NOON, NO_IMAGE);
        var both = List.of(condition(
                Conditions.of(null),
                desired(2),
                observed(failed),
                List.of(new Failure("InsufficientCapacity", "Full."))));
        var well = List.of(condition(Conditions.of(null), desired(0), observed()));

        assertThat(Degradation.message(both, "ErrImagePull")).contains("manifest unknown");
        assertThat(Degradation.message(both, "SlotsAbandoned")).isEmpty();
        assertThat(Degradation.message(well, "AsExpected")).contains("");
        assertThat(Degradation.message(null, "AsExpected")).isEmpty();
    }

    @Test
    void ofSeveralProblemsThoseOfReplicasAreKeptWhileTheNextAttemptIsInProgress() {
        var failed = replica(0, Phase.PENDING).failed(Phase.FAILED, NOON, NO_IMAGE);
        var capacity = new Failure("InsufficientCapacity", "Make room.");
        var both = condition(Conditions.of(null), desired(2), observed(failed), List.of(capacity));
        var trying = observed(replica(0, 2, "v1", Phase.PENDING));

        var kept = condition(Conditions.of(List.of(both)), desired(2), trying);

        assertThat(kept.getReason() + " " + kept.getMessage()).isEqualTo("ErrImagePull manifest unknown");
        assertThat(condition(Conditions.of(List.of(both)), desired(2), trying, List.of(capacity))
                        .getMessage())
                .isEqualTo(both.getMessage());
    }

    @Test
    void aReadOnlyFailureIsReportedFromTheFirstTerminationOn() {
        var why = new Failure("ReadOnlyFileSystem", "could not write /x/y");
        var terminated = replica(0, Phase.PENDING).in(Phase.RUNNING, NOON).failed(Phase.ENDED, NOON, why);
        var successor = replica(0, 2, "v1", Phase.RUNNING);
        var other = replica(0, 1, "v0", Phase.PENDING).in(Phase.RUNNING, NOON).failed(Phase.ENDED, NOON, why);

        assertThat(degraded(desired(1), observed(terminated)))
                .isEqualTo("True ReadOnlyFileSystem could not write /x/y");
        assertThat(degraded(desired(1), observed(terminated, successor))).startsWith("True ReadOnlyFileSystem");
        assertThat(degraded(desired(1), observed(terminated, waiting(2)))).startsWith("True ReadOnlyFileSystem");
        assertThat(degraded(desired(1), observed(other, successor))).startsWith("False");
    }

    @Test
    void theLastFailureIsKeptWhileTheNextAttemptIsInProgress() {
        var before = condition(Conditions.of(null), desired(1), observed(waiting(2)));

        var trying =
                condition(Conditions.of(List.of(before)), desired(1), observed(replica(0, 2, "v1", Phase.PENDING)));
        var ready = condition(Conditions.of(List.of(before)), desired(1), observed(replica(0, 2, "v1", Phase.RUNNING)));

        assertThat(trying.getReason()).isEqualTo("CrashLoopBackOff");
        assertThat(ready.getReason()).isEqualTo("AsExpected");
    }

    @Test
    void missingCapacityIsReported() {
        assertThat(degraded(desired(5).admitting(2), observed()))
                .isEqualTo("True InsufficientCapacity There is room for 2 of 5 replicas. Make room, or lower replicas"
                        + " or requests.");
    }

    @Test
    void aPoolThatDoesNotFitIsReportedAlthoughTheReplicasRun() {
        var small = desired(0)
                .withWarm(new WarmPool(5, 0, Integer.MAX_VALUE, Hold.Paused))
                .admitting(2);

        assertThat(degraded(small, observed()))
                .isEqualTo("False WarmPoolSmaller %d of 5 warm replicas fit beside spec.replicas. Make room, or lower"
                                .formatted(small.warm().fits())
                        + " spec.warm.size or requests.");
        assertThat(small.warm().fits()).isLessThan(5);
    }

    @Test
    void aPoolWhoseReplicasFailIsReportedAlthoughNoneIsAskedFor() {
        var pool = desired(0).withWarm(new WarmPool(1, 0, Integer.MAX_VALUE, Hold.Paused));
        var waiting = warm(replica(0, 3, "v1", Phase.PENDING)
                .withHistory(history -> history.withFailures(2).withNotBefore(NOON.plusSeconds(20))));
        var failed = warm(replica(0, Phase.PENDING)).failed(Phase.FAILED, NOON, NO_IMAGE);
        var next = warm(replica(0, 2, "v1", Phase.PENDING));

        var ended = warm(replica(0, 2, "v1", Phase.RUNNING))
                .failed(Phase.ENDED, NOON, EXIT)
                .withHistory(history -> history.withFailures(1));
        var crashed = condition(Conditions.of(null), pool, observed(ended));
        assertThat(crashed.getMessage())
                .isEqualTo(
                        "In the warm pool: Back-off restarting failed replicas; the last one: ended with exit code 1\n"
                                + "Its container is not kept: to see what it prints, set spec.replicas to one more.");
        assertThat(condition(Conditions.of(List.of(crashed)), pool, observed(waiting))
                        .getMessage())
                .as("its container is gone")
                .isEqualTo(crashed.getMessage());
        assertThat(degraded(pool.withRestarts(restarts -> restarts.withMaxConsecutiveFailures(1)), observed(ended)))
                .startsWith("True SlotsAbandoned In the warm pool: Replicas failed more than 1 times in a row"
                        + " (spec.maxConsecutiveFailures); the last one: ended with exit code 1");
        assertThat(degraded(pool, observed(failed))).isEqualTo("True ErrImagePull In the warm pool: manifest unknown");
        var before = condition(Conditions.of(null), pool, observed(failed));
        assertThat(condition(Conditions.of(List.of(before)), pool, observed(next))
                        .getMessage())
                .isEqualTo(before.getMessage());
        assertThat(condition(Conditions.of(List.of(before)), pool, observed(next.in(Phase.HELD, NOON)))
                        .getReason())
                .isEqualTo("AsExpected");
    }

    private static Replica warm(Replica replica) {
        return replica.withHealth(health -> health.withWarm(true));
    }

    @Test
    void busyReplicasAreReportedAlthoughNothingIsWrong() {
        var probe =
                new Probe(new Probe.TcpSocket(80), Duration.ZERO, Duration.ofSeconds(10), Duration.ofSeconds(1), 1, 3);
        var asked = new ScaleDownPolicy(Set.of(), Set.of(), Map.of(), Optional.of(probe), Duration.ofHours(1));
        var desired = desired(1)
                .withScaleDown(asked)
                .withScaleDown(scaleDown -> scaleDown.withSurplusSince(Optional.of(NOON)));

        assertThat(degraded(desired, observed(answered(0, true), answered(1, true), answered(2, false))))
                .isEqualTo("False WaitingForBusyReplicas There are more replicas than the 1 wanted, because some are"
                        + " busy: web-1 will go once idle, at 2026-01-01T13:00:00Z in any case.");
        assertThat(degraded(desired, observed(answered(0, true), answered(1, false))))
                .startsWith("False AsExpected");
    }

    @Test
    void theReasonOfAnAbandonedSlotIsReported() {
        var desired = desired(2)
                .withRestarts(restarts -> restarts.withMaxConsecutiveFailures(3).withAbandoned(Set.of(0)));
        var terminated =
                replica(0, 4, "v1", Phase.PENDING).in(Phase.RUNNING, NOON).failed(Phase.ENDED, NOON, EXIT);
        var stopping = desired.withAudit(new AuditPolicy(Duration.ofSeconds(30), List.of(), OnWrite.Stop, 0));

        assertThat(degraded(desired, observed(terminated, replica(1, Phase.RUNNING))))
                .isEqualTo(
                        "True SlotsAbandoned Slots 0 are abandoned, because their replicas failed more than 3 times in a row"
                                + " (spec.maxConsecutiveFailures); the last one: ended with exit code 1. 1 of 2 replicas are to run."
                                + " A change of the template fills the slots again.\nTo read the last output: docker logs"
                                + " --tail 20 $(docker ps -aqf label=mayfly.dev/owner-uid=uid-web -f status=exited | head -n 1)");
        assertThat(degraded(stopping, observed(terminated.withWrites(new Writes(true, Optional.empty())))))
                .startsWith(
                        "True SlotsAbandoned Slots 0 are abandoned, because their replicas wrote outside of volumes");
    }

    @Test
    void aShareThatIsUsedUpIsReportedForAsLongAsItIs() {
        var exceeded = new Failure(Failure.SHARE_EXCEEDED, "Its replicas end so often.");
        var waiting = observed(waiting(0), replica(1, Phase.PENDING));

        var told = condition(Conditions.of(null), desired(2), waiting, List.of(exceeded));
        assertThat(told.getReason() + " " + told.getMessage())
                .isEqualTo("FairShareExceeded Its replicas end so often.");

        var over = condition(Conditions.of(List.of(told)), desired(2), waiting);
        assertThat(over.getReason()).isNotEqualTo("FairShareExceeded");
    }

    private static Replica answered(int slot, boolean busy) {
        return replica(slot, Phase.RUNNING).withHealth(health -> health.withBusy(Optional.of(new Busy(busy, NOON))));
    }

    private static Replica waiting(int failures) {
        var r = replica(0, 2, "v1", Phase.CREATED);
        return r.withHistory(history -> history.withFailures(failures));
    }

    private static String message(Observed observed) {
        return condition(Conditions.of(null), desired(2), observed).getMessage();
    }

    private static String degraded(Desired desired, Observed observed) {
        var condition = condition(Conditions.of(null), desired, observed);
        return condition.getStatus() + " " + condition.getReason() + " " + condition.getMessage();
    }

    private static Condition condition(Conditions known, Desired desired, Observed observed) {
        return condition(known, desired, observed, List.of());
    }

    private static Condition condition(Conditions known, Desired desired, Observed observed, List<Failure> troubles) {
        return Degradation.of(
                known,
                desired,
                AbandonedSlots.withoutKept(desired, observed),
                FailedSlots.of(NOTHING, desired, observed),
                Optional.empty(),
                troubles,
                1);
    }
}
