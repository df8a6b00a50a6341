package dev.mayfly.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mayfly.testing.Counting;
import dev.mayfly.testing.OperatorProcess;
import dev.mayfly.testing.Tasks;
import dev.mayfly.testing.Workloads;
import dev.mayfly.testing.engine.PrivateEngine;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * A batch goes on while its operator is killed again and again, and its engine is restarted in the middle: each index is counted
 * once, none without a run to show for it, and nothing is left. Finished, it is never run again.
 *
 * @param operator of that engine
 * @param engine with busybox, and nothing else on it
 * @param completions of the batch
 * @param kills how often the operator is killed, at random moments
 */
public record KilledBatch(OperatorProcess operator, PrivateEngine engine, int completions, int kills)
        implements Scenario {
    private static final String NAME = "batch";
    private static final int PARALLELISM = 8;
    private static final Duration PATIENCE = Duration.ofMinutes(5);
    /** In which a finished task would be run again, if it were. */
    private static final Duration LONG_ENOUGH = Duration.ofSeconds(3);

    @Override
    public String run(Workloads workloads) throws Exception {
        var tasks = Tasks.beside(workloads);
        var lines = new RanLines(Path.of("/srv/mayfly", workloads.namespace(), NAME));
        var seed = System.nanoTime();
        var begin = System.nanoTime();
        try (var counting = new Counting(tasks, NAME, lines::indexes)) {
            tasks.apply(Tasks.manifest(
                    NAME,
                    "completions: %d\nparallelism: %d\n".formatted(completions, PARALLELISM),
                    "sleep 0.3\n" + RanLines.APPEND + "\n",
                    lines.volume()));
            var early = blows(tasks, lines, new Random(seed));
            await("the batch is complete, seed " + seed).atMost(PATIENCE).until(() -> tasks.isComplete(NAME));
            var seconds = (System.nanoTime() - begin) / 1e9;
            await("nothing is left, seed " + seed)
                    .untilAsserted(() -> assertThat(engine.containers()).isEmpty());

            var ran = lines.indexes();
            var status = tasks.status(NAME).orElseThrow();
            var result =
                    ("%d completions in %.0f s, the operator killed %d times (%d before the last was counted), its engine restarted"
                                    + " once: %d counted in %d statuses, %d runs of %d indexes, 0 containers left; %d failed"
                                    + " (seed %d)")
                            .formatted(
                                    completions,
                                    seconds,
                                    kills,
                                    early,
                                    status.succeeded(),
                                    counting.statuses(),
                                    ran.size(),
                                    new HashSet<>(ran).size(),
                                    status.failed(),
                                    seed);
            assertThat(counting.violations()).as(result).isEmpty();
            assertThat(Tasks.indexes(status.completedIndexes()))
                    .as(result)
                    .containsExactlyElementsOf(
                            IntStream.range(0, completions).boxed().toList());
            assertThat(status.succeeded()).as(result).isEqualTo(completions);
            assertThat(status.failed()).as(result).isZero();
            assertThat(new HashSet<>(ran)).as(result).hasSize(completions);
            neverAgain(lines, ran.size());
            return result;
        } finally {
            tasks.abandon();
            lines.erase();
        }
    }

    /** @return how many of the kills came before the batch was complete */
    private int blows(Tasks tasks, RanLines lines, Random random) throws IOException {
        var early = 0;
        var moments =
                random.ints(kills, 1, completions - 2 * PARALLELISM).sorted().toArray();
        for (var kill = 0; kill < kills; kill++) {
            var moment = moments[kill];
            if (kill == kills / 2) {
                restartEngine();
            }
            await().atMost(PATIENCE)
                    .pollDelay(Duration.ZERO)
                    .pollInterval(Duration.ofMillis(5))
                    .until(() -> lines.indexes().size() >= moment);
            operator.kill9();
            early += tasks.isComplete(NAME) ? 0 : 1;
            operator.start();
        }
        return early;
    }

    private void restartEngine() throws IOException {
        engine.stop();
        engine.start();
    }

    private void neverAgain(RanLines lines, int runs) throws IOException {
        operator.kill9();
        operator.start();
        restartEngine();
        await("a finished task is not run again")
                .during(LONG_ENOUGH)
                .until(() ->
                        lines.indexes().size() == runs && engine.containers().isEmpty());
    }
}
