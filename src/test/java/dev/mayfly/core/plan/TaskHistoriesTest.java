package dev.mayfly.core.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.core.model.Batch;
import dev.mayfly.core.model.Batch.Cleanup;
import dev.mayfly.core.model.Batch.TaskCounts;
import dev.mayfly.core.model.Replica;
import dev.mayfly.core.model.Samples;
import dev.mayfly.core.plan.AttemptCounting.AttemptOutcome;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;

/** After any history the task ends, each counted index succeeded, and no unwanted container is left. */
class TaskHistoriesTest {
    private static final int MOST = 5;

    @Property
    void everyTaskEndsAsItsAttemptsDid(
            @ForAll long seed, @ForAll("tasks") Batch task, @ForAll("histories") List<TaskMove> history) {
        var terminatedHistoryLimit = (int) Math.floorMod(seed, 3L);
        var world = new SimulatedTasks(seed, task, terminatedHistoryLimit);
        history.forEach(move -> move.in(world));

        world.settle();

        var recorded = world.recorded();
        var verdict = recorded.verdict().orElseThrow();
        var completed = recorded.completed().stream().boxed().collect(Collectors.toCollection(HashSet::new));
        assertThat(world.endedWell()).containsAll(completed);
        assertThat(completed).allMatch(index -> index < task.completions());
        assertThat(completed.size() == task.completions()).isEqualTo(verdict.complete());
        assertThat(recorded.failed())
                .isLessThanOrEqualTo(task.backoffLimit() + MOST)
                .isLessThanOrEqualTo(world.mayHaveFailed().size());
        var left = world.observed().all().toList();
        assertThat(left).hasSizeLessThanOrEqualTo(kept(task, verdict.complete(), terminatedHistoryLimit));
        assertThat(left)
                .allMatch(
                        terminated -> task.cleanup() == Cleanup.Never
                                || AttemptOutcome.of(terminated) == AttemptOutcome.FAILURE,
                        "is kept");
        assertThat(left).extracting(Replica::id).doesNotHaveDuplicates();
    }

    private static int kept(Batch task, boolean complete, int terminatedHistoryLimit) {
        return switch (task.cleanup()) {
            case Always -> 0;
            case OnSuccess -> complete ? 0 : terminatedHistoryLimit;
            case Never -> terminatedHistoryLimit;
        };
    }

    @Provide
    Arbitrary<Batch> tasks() {
        return Combinators.combine(
                        Arbitraries.integers().between(0, 8),
                        Arbitraries.integers().between(0, MOST),
                        Arbitraries.integers().between(0, 6),
                        Arbitraries.of(0, 0, 0, 20),
                        Arbitraries.of(Cleanup.class))
                .as((completions, parallelism, limit, deadline, cleanup) -> new Batch(
                        completions,
                        parallelism,
                        limit,
                        Optional.of(Samples.NOON.plusSeconds(deadline)).filter(at -> deadline > 0),
                        cleanup,
                        TaskCounts.NONE,
                        TaskCounts.NONE));
    }

    @Provide
    Arbitrary<List<TaskMove>> histories() {
        return moves().list().ofMaxSize(80);
    }

    private static Arbitrary<TaskMove> moves() {
        var kinds = Arbitraries.frequency(
                Tuple.of(10, TaskMove.Kind.RECONCILE),
                Tuple.of(2, TaskMove.Kind.REPEAT),
                Tuple.of(3, TaskMove.Kind.SILENT),
                Tuple.of(10, TaskMove.Kind.WAIT),
                Tuple.of(4, TaskMove.Kind.READ_BACK),
                Tuple.of(2, TaskMove.Kind.LOSE_WRITE),
                Tuple.of(6, TaskMove.Kind.END),
                Tuple.of(4, TaskMove.Kind.FAIL),
                Tuple.of(1, TaskMove.Kind.KILL),
                Tuple.of(2, TaskMove.Kind.VANISH),
                Tuple.of(2, TaskMove.Kind.DELETE_POD),
                Tuple.of(1, TaskMove.Kind.UNHEALTHY),
                Tuple.of(1, TaskMove.Kind.WRITE),
                Tuple.of(1, TaskMove.Kind.BREAK),
                Tuple.of(2, TaskMove.Kind.PARALLELISM),
                Tuple.of(1, TaskMove.Kind.ROOM),
                Tuple.of(1, TaskMove.Kind.RESTART),
                Tuple.of(2, TaskMove.Kind.CRASH));
        return kinds.flatMap(kind -> Arbitraries.integers().between(0, 3000).map(value -> new TaskMove(kind, value)));
    }
}
