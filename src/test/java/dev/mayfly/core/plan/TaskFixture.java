package dev.mayfly.core.plan;

import dev.mayfly.core.model.Batch;
import dev.mayfly.core.model.Batch.Cleanup;
import dev.mayfly.core.model.Batch.TaskCounts;
import dev.mayfly.core.model.Failure;
import dev.mayfly.core.model.Indexes;
import dev.mayfly.core.model.Phase;
import dev.mayfly.core.model.Replica;
import dev.mayfly.core.model.Samples;
import dev.mayfly.core.model.Termination.Exit;
import dev.mayfly.core.plan.Planner.Plan;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** The observed and the desired state of a task, and the resulting plan. */
final class TaskFixture {
    private final PlanFixture fixture;
    private Batch batch;

    private TaskFixture(int completions, int parallelism) {
        fixture = PlanFixture.wanting(Math.min(completions, parallelism)).budget(0, 0);
        batch = new Batch(
                completions, parallelism, 6, Optional.empty(), Cleanup.OnSuccess, TaskCounts.NONE, TaskCounts.NONE);
        fixture.also(desired -> desired.withBatch(Optional.of(batch)));
    }

    static TaskFixture of(int completions, int parallelism) {
        return new TaskFixture(completions, parallelism);
    }

    TaskFixture batch(UnaryOperator<Batch> change) {
        batch = change.apply(batch);
        return this;
    }

    TaskFixture cleanup(Cleanup policy) {
        return batch(known -> known.withCleanup(policy));
    }

    /** Counts that are counted and recorded. */
    TaskFixture recorded(TaskCounts counts) {
        return batch(known -> known.withCounted(counts).withRecorded(counts));
    }

    TaskFixture terminatedHistoryLimit(int kept) {
        fixture.terminatedHistoryLimit(kept);
        return this;
    }

    TaskFixture admitted(int fits) {
        fixture.admitted(fits);
        return this;
    }

    TaskFixture window(int launches) {
        fixture.window(launches);
        return this;
    }

    TaskFixture after(Duration time) {
        fixture.after(time);
        return this;
    }

    TaskFixture with(Replica... replicas) {
        fixture.with(replicas);
        return this;
    }

    Plan plan() {
        return fixture.plan();
    }

    TaskCounts counted() {
        return AttemptCounting.after(batch, fixture.observed());
    }

    /** Launches as {@code index/attempt}, in order. */
    List<String> launched() {
        return fixture.launched().stream()
                .map(launch -> launch.replace(" v1", ""))
                .toList();
    }

    /** Removals as {@code index/attempt}, in order. */
    List<String> removed() {
        return fixture.plan().removals().stream()
                .map(removal -> removal.id().slot() + "/" + removal.id().attempt())
                .toList();
    }

    static TaskCounts counts(String completed, int failed, Map<Integer, Integer> attempts) {
        return new TaskCounts(Indexes.parse(completed), failed, attempts, Optional.empty());
    }

    static TaskCounts complete(String completed) {
        return ended(completed, new TaskCounts.Verdict(true, AttemptCounting.COMPLETIONS_REACHED, ""));
    }

    static TaskCounts failed(String completed) {
        return ended(completed, new TaskCounts.Verdict(false, AttemptCounting.DEADLINE_EXCEEDED, ""));
    }

    private static TaskCounts ended(String completed, TaskCounts.Verdict verdict) {
        return new TaskCounts(Indexes.parse(completed), 0, Map.of(), Optional.of(verdict));
    }

    /** An attempt that ran for a second and ended at noon with that exit code. */
    static Replica exited(int index, int attempt, int code) {
        return exited(index, attempt, code, Samples.NOON);
    }

    static Replica exited(int index, int attempt, int code, Instant at) {
        return running(index, attempt, at.minusSeconds(1))
                .failed(Phase.ENDED, at, new Failure(code == 0 ? "Completed" : "Error", ""))
                .withOutcome(outcome -> outcome.withExit(Optional.of(new Exit(code, ""))));
    }

    static Replica running(int index, int attempt, Instant since) {
        return Samples.replica(index, attempt, "v1", Phase.PENDING).in(Phase.RUNNING, since);
    }

    static Replica running(int index) {
        return running(index, 1, Samples.NOON.minusSeconds(1));
    }

    /** An attempt that ended with the engine: its exit code is not known. */
    static Replica excused(int index, int attempt) {
        return running(index, attempt, Samples.NOON.minusSeconds(1))
                .failed(Phase.ENDED, Samples.NOON, new Failure("EngineStopped", ""))
                .withOutcome(outcome -> outcome.withExcused(true));
    }

    static Replica waiting(int index, int attempt, Instant due) {
        return Samples.replica(index, attempt, "v1", Phase.CREATED)
                .withHistory(history -> history.withFailures(attempt - 1).withNotBefore(due));
    }

    /** An attempt whose launch left no container. */
    static Replica unmade(int index) {
        return Samples.replica(index, Phase.PENDING)
                .withHistory(history -> history.withFailures(1))
                .failed(Phase.FAILED, Samples.NOON, new Failure("ErrImagePull", ""));
    }
}
