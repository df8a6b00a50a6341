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

/** What is there of a task and what is wanted, and the plan that follows. */
final class TaskScene {
    private final Scene scene;
    private Batch batch;

    private TaskScene(int completions, int parallelism) {
        scene = Scene.wanting(Math.min(completions, parallelism)).budget(0, 0);
        batch = new Batch(completions, parallelism, 6, Optional.empty(), Cleanup.OnSuccess, Tally.NONE, Tally.NONE);
        scene.also(desired -> desired.withBatch(Optional.of(batch)));
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

    /** Counted, and recorded. */
    TaskScene recorded(Tally tally) {
        return batch(known -> known.withCounted(tally).withRecorded(tally));
    }

    TaskScene historyLimit(int kept) {
        scene.historyLimit(kept);
        return this;
    }

    TaskScene admitted(int fits) {
        scene.admitted(fits);
        return this;
    }

    TaskScene window(int launches) {
        scene.window(launches);
        return this;
    }

    TaskScene after(Duration time) {
        scene.after(time);
        return this;
    }

    TaskScene with(Replica... replicas) {
        scene.with(replicas);
        return this;
    }

    Plan plan() {
        return scene.plan();
    }

    Tally counted() {
        return Counting.after(batch, scene.observed());
    }

    /** Launches as {@code index/attempt}, in order. */
    List<String> launched() {
        return scene.launched().stream()
                .map(launch -> launch.replace(" v1", ""))
                .toList();
    }

    /** Removals as {@code index/attempt}, in order. */
    List<String> removed() {
        return scene.plan().removals().stream()
                .map(removal -> removal.id().slot() + "/" + removal.id().attempt())
                .toList();
    }

    static Tally tally(String completed, int failed, Map<Integer, Integer> attempts) {
        return new Tally(Indexes.parse(completed), failed, attempts, Optional.empty());
    }

    static Tally complete(String completed) {
        return over(completed, new Tally.Verdict(true, Counting.REACHED, ""));
    }

    static Tally failed(String completed) {
        return over(completed, new Tally.Verdict(false, Counting.OVERDUE, ""));
    }

    private static Tally over(String completed, Tally.Verdict verdict) {
        return new Tally(Indexes.parse(completed), 0, Map.of(), Optional.of(verdict));
    }

    /** Ran for a second and ended at noon with that code. */
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

    /** It ended with the engine; nobody saw how. */
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

    /** Its launch left no container. */
    static Replica unmade(int index) {
        return Samples.replica(index, Phase.PENDING)
                .withFailures(1)
                .failed(Phase.FAILED, Samples.NOON, new Failure("ErrImagePull", ""));
    }
}
