package dev.mayfly.core.status;

import static dev.mayfly.core.model.Samples.NOON;
import static dev.mayfly.core.model.Samples.ended;
import static dev.mayfly.core.model.Samples.observed;
import static dev.mayfly.core.model.Samples.replica;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.api.v1alpha1.EphemeralTaskStatus;
import dev.mayfly.api.v1alpha1.EphemeralTaskStatus.FailedAttemptStatus;
import dev.mayfly.core.audit.AuditReport;
import dev.mayfly.core.audit.AuditReport.Finding;
import dev.mayfly.core.model.Batch;
import dev.mayfly.core.model.Batch.Cleanup;
import dev.mayfly.core.model.Batch.TaskCounts;
import dev.mayfly.core.model.Ephemerality;
import dev.mayfly.core.model.Ephemerality.Mode;
import dev.mayfly.core.model.Failure;
import dev.mayfly.core.model.Indexes;
import dev.mayfly.core.model.Observed;
import dev.mayfly.core.model.Phase;
import dev.mayfly.core.model.Replica;
import dev.mayfly.core.model.Samples;
import dev.mayfly.core.model.Template;
import dev.mayfly.core.model.Termination.Exit;
import dev.mayfly.core.plan.AttemptCounting;
import dev.mayfly.core.policy.Compliance;
import io.fabric8.kubernetes.api.model.Condition;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class TaskStatusCalculatorTest {
    private static final Ephemerality AUDITED = new Ephemerality(Mode.Audit, List.of(), true, false);
    private Template template = Samples.template("v1");
    private AuditReport report = AuditReport.NONE;
    private Batch batch = new Batch(3, 2, 1, Optional.empty(), Cleanup.OnSuccess, TaskCounts.NONE, TaskCounts.NONE);

    @Test
    void aNewTaskIsPending() {
        var status = status(null, observed(replica(0, Phase.PENDING)));

        assertThat(reason(status)).isEqualTo("Pending");
        assertThat(status.active()).isEqualTo(1);
        assertThat(status.succeeded()).isZero();
        assertThat(status.completedIndexes()).isNull();
        assertThat(status.startTime()).isEqualTo("2026-01-01T12:00:00Z");
        assertThat(status.completionTime()).isNull();
        assertThat(condition(status, "Complete").getStatus()).isEqualTo("False");
        assertThat(condition(status, "Failed").getStatus()).isEqualTo("False");
        assertThat(condition(status, "Degraded").getStatus()).isEqualTo("False");
        assertThat(condition(status, "Ephemeral").getStatus()).isEqualTo("True");
        assertThat(condition(status, "ImageCompliant").getStatus()).isEqualTo("Unknown");
    }

    @Test
    void aRunningTaskHasCounts() {
        var status = status(
                null,
                observed(exited(0, 0), exited(1, 1), replica(1, 2, "v1", Phase.CREATED), replica(2, Phase.RUNNING)));

        assertThat(status.active()).isEqualTo(1);
        assertThat(status.succeeded()).isEqualTo(1);
        assertThat(status.failed()).isEqualTo(1);
        assertThat(status.completedIndexes()).isEqualTo("0");
        assertThat(status.failedAttempts()).containsExactly(new FailedAttemptStatus(1, "1"));
        assertThat(reason(status)).isEqualTo("Running");
        assertThat(condition(status, "Suspended").getStatus()).isEqualTo("False");
    }

    @Test
    void betweenAttemptsTheTaskIsRunning() {
        var status = status(status(null, observed(replica(0, Phase.RUNNING))), observed());

        assertThat(reason(status)).isEqualTo("Running");
    }

    @Test
    void withParallelismZeroTheTaskIsSuspended() {
        batch = batch.withParallelism(0);

        var status = status(null, observed());

        assertThat(reason(status)).isEqualTo("Suspended");
        assertThat(condition(status, "Suspended").getStatus()).isEqualTo("True");
        batch = batch.withParallelism(1);
        assertThat(condition(status(status, observed()), "Suspended").getStatus())
                .isEqualTo("False");
    }

    /** So that its deadline counts anew. */
    @Test
    void theStartTimeIsThatAfterTheLastSuspension() {
        var running = status(null, observed());
        var parallelism = batch.parallelism();
        batch = batch.withParallelism(0);
        var suspended = status(running, observed());
        batch = batch.withParallelism(parallelism);

        assertThat(running.startTime()).isEqualTo("2026-01-01T12:00:00Z");
        assertThat(suspended.startTime()).isNull();
        assertThat(status(suspended, observed().at(NOON.plusSeconds(60))).startTime())
                .isEqualTo("2026-01-01T12:01:00Z");
    }

    @Test
    void aCompleteTaskHasAnEndTime() {
        var before = status(null, observed());
        var all = observed(exited(0, 0), exited(1, 0), exited(2, 0)).at(NOON.plusSeconds(200));
        var status = status(before, all);

        assertThat(status.completionTime()).isEqualTo("2026-01-01T12:03:20Z");
        assertThat(status.succeeded()).isEqualTo(3);
        assertThat(condition(status, "Complete").getStatus()).isEqualTo("True");
        assertThat(condition(status, "Complete").getReason()).isEqualTo("CompletionsReached");
        assertThat(condition(status, "Failed").getStatus()).isEqualTo("False");
        batch = batch.withCounted(TaskMemory.counts(status));
        assertThat(status(status, observed().at(NOON.plusSeconds(900)))).isEqualTo(status);
    }

    @Test
    void aFailedTaskHasAReason() {
        var before = status(null, observed());
        var status = status(before, observed(exited(0, 1), exited(1, 1)).at(NOON.plusSeconds(4)));

        assertThat(status.completionTime()).isNull();
        assertThat(condition(status, "Failed").getStatus()).isEqualTo("True");
        assertThat(condition(status, "Failed").getReason()).isEqualTo("BackoffLimitExceeded");
        assertThat(condition(status, "Complete").getStatus()).isEqualTo("False");
        batch = batch.withCounted(TaskMemory.counts(status));
        assertThat(TaskMemory.endedAt(status(status, observed(exited(0, 1)).at(NOON.plusSeconds(900)))))
                .contains(NOON.plusSeconds(4));
    }

    @Test
    void countsAreReadBack() {
        var running = status(null, observed(exited(0, 0), exited(1, 1)));
        var failed = status(null, observed(exited(0, 1), exited(1, 1)));

        assertThat(TaskMemory.counts(running)).isEqualTo(counted(observed(exited(0, 0), exited(1, 1))));
        assertThat(TaskMemory.counts(failed)).isEqualTo(counted(observed(exited(0, 1), exited(1, 1))));
        assertThat(TaskMemory.counts(null)).isEqualTo(TaskCounts.NONE);
        assertThat(TaskMemory.counts(status(null, observed()))).isEqualTo(TaskCounts.NONE);
    }

    @Test
    void theStatusIsUnchangedWhileNothingHappens() {
        var all = observed(exited(0, 0), replica(1, Phase.RUNNING));
        var status = status(null, all);

        assertThat(status(status, all.at(NOON.plus(Duration.ofHours(1))))).isEqualTo(status);
    }

    @Test
    void aLaunchFailureDegradesTheTaskUntilItEnds() {
        var failed = replica(0, Phase.PENDING).failed(Phase.FAILED, NOON, new Failure("ErrImagePull", "no such image"));
        var degraded = condition(status(null, observed(failed)), "Degraded");

        assertThat(degraded.getStatus()).isEqualTo("True");
        assertThat(degraded.getReason()).isEqualTo("ErrImagePull");
        assertThat(reason(status(null, observed(failed)))).isEqualTo("ErrImagePull");
        batch = batch.withDeadline(Optional.of(NOON));
        assertThat(condition(status(null, observed(failed)), "Degraded").getStatus())
                .isEqualTo("False");
    }

    @Test
    void theFailureOfOneAttemptIsOverOnceAnotherRuns() {
        var failed = replica(0, Phase.PENDING).failed(Phase.FAILED, NOON, new Failure("ErrImagePull", "no such image"));
        var before = status(null, observed(failed));

        assertThat(condition(status(before, observed(replica(0, 2, "v1", Phase.PENDING))), "Degraded"))
                .isEqualTo(condition(before, "Degraded"));
        assertThat(condition(status(before, observed(replica(0, Phase.RUNNING), replica(1, Phase.PENDING))), "Degraded")
                        .getStatus())
                .isEqualTo("False");
    }

    @Test
    void anUnreachableEngineChangesNoRecordedCount() {
        var why = new Failure("EngineUnreachable", "no answer");
        var before = status(null, observed(exited(0, 0)));
        var status = TaskStatusCalculator.unreachable(before, 2, why, NOON);

        assertThat(status.succeeded()).isEqualTo(1);
        assertThat(status.active()).as("nobody sees them").isNull();
        assertThat(status.observedGeneration())
                .as("of the last spec that was planned for")
                .isEqualTo(before.observedGeneration());
        assertThat(condition(status, "Ephemeral").getStatus()).isEqualTo("Unknown");
        assertThat(condition(status, "Degraded").getReason()).isEqualTo("EngineUnreachable");
        assertThat(condition(status, "Complete").getStatus()).isEqualTo("False");
        assertThat(reason(status)).isEqualTo("EngineUnreachable");
    }

    @Test
    void aTaskThatHasEndedIsNotDegraded() {
        var ended = status(null, observed(exited(0, 0), exited(1, 0), exited(2, 0)));
        var why = new Failure("EngineUnreachable", "no answer");

        assertThat(condition(ended, "Complete").getStatus()).isEqualTo("True");
        assertThat(TaskStatusCalculator.unreachable(ended, 2, why, NOON).conditions())
                .isEqualTo(ended.conditions());
        assertThat(TaskStatusCalculator.invalid(ended, 2, why, NOON)).isEqualTo(ended);
    }

    @Test
    void anInvalidTaskHasBothEndConditions() {
        var status = TaskStatusCalculator.invalid(null, 1, new Failure("InvalidSpec", "no"), NOON);

        assertThat(reason(status)).isEqualTo("InvalidSpec");
        assertThat(condition(status, "Complete").getStatus()).isEqualTo("False");
        assertThat(condition(status, "Failed").getStatus()).isEqualTo("False");
        assertThat(condition(status, "Degraded").getReason()).isEqualTo("InvalidSpec");
    }

    @Test
    void findingsOfAttemptsAreReportedForAllRevisions() {
        template = Samples.template("v1", AUDITED);
        var finding = new Finding("web-0", "/data/x", Finding.Kind.Added, NOON, "v0");
        report = new AuditReport(
                Optional.empty(), Optional.empty(), List.of(finding), false, 1, List.of(), Optional.empty());
        var status = status(null, observed(exited(0, 0)));

        assertThat(status.ephemerality().findings()).hasSize(1);
        assertThat(condition(status, "Ephemeral").getReason()).isEqualTo("Findings");
        report = AuditReport.NONE;
        assertThat(status(status, observed()).ephemerality().findings()).hasSize(1);
    }

    @Test
    void anAuditedTaskIsCleanFromItsFirstAuditToItsEnd() {
        template = Samples.template("v1", AUDITED);
        var begun = status(null, observed(replica(0, Phase.PENDING)));
        report = new AuditReport(Optional.of(NOON), Optional.empty(), List.of(), false, 0, List.of(), Optional.empty());
        var proven = status(begun, observed(replica(0, 1, "v0", Phase.RUNNING)));
        report = AuditReport.NONE;

        assertThat(condition(begun, "Ephemeral").getReason()).isEqualTo("NotYetProven");
        assertThat(condition(proven, "Ephemeral").getStatus()).isEqualTo("True");
        assertThat(condition(status(proven, observed(exited(0, 0))), "Ephemeral")
                        .getStatus())
                .isEqualTo("True");
        batch = batch.withCounted(new TaskCounts(
                Indexes.parse("0-2"),
                0,
                Map.of(),
                Optional.of(new TaskCounts.Verdict(true, "CompletionsReached", ""))));
        assertThat(condition(status(begun, observed()), "Ephemeral").getStatus())
                .isEqualTo("True");
    }

    private TaskCounts counted(Observed all) {
        return AttemptCounting.after(batch, all);
    }

    private EphemeralTaskStatus status(EphemeralTaskStatus previous, Observed all) {
        return TaskStatusCalculator.status(
                previous,
                1,
                "Docker",
                Samples.desired(2).withTemplate(template).withBatch(Optional.of(batch)),
                all,
                List.of(),
                report,
                null,
                Compliance.UNKNOWN);
    }

    /** As {@code kubectl get} shows it. */
    private static String reason(EphemeralTaskStatus status) {
        return condition(status, "Complete").getReason();
    }

    private static Condition condition(EphemeralTaskStatus status, String type) {
        return Conditions.of(status.conditions()).find(type).orElseThrow();
    }

    private static Replica exited(int index, int code) {
        return ended(index, Duration.ofSeconds(1))
                .withOutcome(outcome -> outcome.withExit(Optional.of(new Exit(code, ""))));
    }
}
