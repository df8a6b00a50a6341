package dev.mayfly.plan;

import dev.mayfly.model.Batch;
import dev.mayfly.model.Batch.Cleanup;
import dev.mayfly.model.Exit;
import dev.mayfly.model.Failure;
import dev.mayfly.model.Indexes;
import dev.mayfly.model.Phase;
import dev.mayfly.model.Replica;
import dev.mayfly.model.Samples;
import dev.mayfly.model.Tally;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** The observed and the desired state of a task, and the resulting plan. */
final class TaskScene {
    private final Scene fixture;
    private Batch batch;

    private TaskScene(int completions, int parallelism) {
        fixture = Scene.wanting(Math.min(completions, parallelism)).budget(0, 0);
        batch = new Batch(completions, parallelism, 6, Optional.empty(), Cleanup.OnSuccess, Tally.NONE, Tally.NONE);
        fixture.also(desired -> desired.withBatch(Optional.of(batch)));
    }

    static TaskScene of(int completions, int parallelism) {
        return new TaskScene(completions, parallelism);
    }

    TaskScene batch(UnaryOperator<Batch> change) {
        batch = change.apply(batch);
        return this;
    }

    TaskScene cleanup(Cleanup policy) {
        return batch(known -> known.withCleanup(policy));
    }

    /** Counts that are counted and recorded. */
    TaskScene recorded(Tally counts) {
        return batch(known -> known.withCounted(counts).withRecorded(counts));
    }

    TaskScene historyLimit(int kept) {
        fixture.historyLimit(kept);
        return this;
    }

    TaskScene admitted(int fits) {
        fixture.admitted(fits);
        return this;
    }

    TaskScene window(int launches) {
        fixture.window(launches);
        return this;
    }

    TaskScene after(Duration time) {
        fixture.after(time);
        return this;
    }

    TaskScene with(Replica... replicas) {
        fixture.with(replicas);
        return this;
    }

    Plan plan() {
        return fixture.plan();
    }

    Tally counted() {
        return Counting.after(batch, fixture.observed());
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

    static Tally counts(String completed, int failed, Map<Integer, Integer> attempts) {
        return new Tally(Indexes.parse(completed), failed, attempts, Optional.empty());
    }

    static Tally complete(String completed) {
        return ended(completed, new Tally.Verdict(true, Counting.COMPLETIONS_REACHED, ""));
    }

    static Tally failed(String completed) {
        return ended(completed, new Tally.Verdict(false, Counting.DEADLINE_EXCEEDED, ""));
    }

    private static Tally ended(String completed, Tally.Verdict verdict) {
        return new Tally(Indexes.parse(completed), 0, Map.of(), Optional.of(verdict));
    }

    /** An attempt that ran for a second and ended at noon with that exit code. */
    static Replica exited(int index, int attempt, int code) {
        return exited(index, attempt, code, Samples.NOON);
    }

    static Replica exited(int index, int attempt, int code, Instant at) {
        return running(index, attempt, at.minusSeconds(1))
                .failed(Phase.ENDED, at, new Failure(code == 0 ? "Completed" : "Error", ""))
                .withExit(Optional.of(new Exit(code, "")));
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
                .withExcused(true);
    }

    static Replica waiting(int index, int attempt, Instant due) {
        return Samples.replica(index, attempt, "v1", Phase.CREATED)
                .withFailures(attempt - 1)
                .withNotBefore(due);
    }

    /** An attempt whose launch left no container. */
    static Replica unmade(int index) {
        return Samples.replica(index, Phase.PENDING)
                .withFailures(1)
                .failed(Phase.FAILED, Samples.NOON, new Failure("ErrImagePull", ""));
    }
}
