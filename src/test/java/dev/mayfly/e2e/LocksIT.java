package dev.mayfly.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.docs.ConcurrencyPage;
import dev.mayfly.e2e.image.Cli;
import dev.mayfly.e2e.task.TaskScenario;
import dev.mayfly.testing.BlockedUnderLocks;
import dev.mayfly.testing.Cluster;
import dev.mayfly.testing.OperatorProcess;
import dev.mayfly.testing.Tasks;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Many workloads at the same time, and no thread blocks under a shared lock: {@code docs/contributing/concurrency.md}. */
class LocksIT extends TaskScenario {
    private static final int WORKLOADS = 10;
    private static final Path RECORDING = Path.of("target/operator-logs/locks.jfr");
    private static final String STAYS = "image: busybox:1.36\ncommand: [tail, -f, /dev/null]\n";
    private static final String RICH = STAYS + """
            securityContext: {fsGroup: 2000}
            volumes:
            - {name: words, configMap: {name: words}}
            - {name: scratch, emptyDir: {}}
            - {name: kept, dockerVolume: {name: kept-%d}}
            volumeMounts:
            - {name: words, mountPath: /words}
            - {name: scratch, mountPath: /scratch}
            - {name: kept, mountPath: /kept}
            """;

    LocksIT() {
        super("locks", new OperatorProcess("locks"));
        operator.with("JAVA_TOOL_OPTIONS", BlockedUnderLocks.options(RECORDING));
        operator.with("MAYFLY_CAPACITY_MAX_REPLICAS", "25");
    }

    @Test
    void noThreadBlocksUnderASharedLock() throws IOException {
        Cluster.client()
                .resource(new ConfigMapBuilder()
                        .withNewMetadata()
                        .withName("words")
                        .withNamespace(workloads.namespace())
                        .endMetadata()
                        .withData(Map.of("word", "one"))
                        .build())
                .create();

        all(i -> workloads.apply(manifest(i, 2, RICH.formatted(i))));
        all(i -> workloads.awaitRunning(name(i), 2));
        tasks.apply(Tasks.manifest("counts", "completions: 3\nparallelism: 3\n", "echo $MAYFLY_INDEX"));
        all(i -> Cli.docker("kill", workloads.running(name(i)).getFirst().getId()));
        all(i -> workloads.awaitRunning(name(i), 2));
        all(i -> workloads.apply(manifest(i, 1, RICH.formatted(i).replace("[tail", "[tail, -v"))));
        all(i -> workloads.awaitRunning(name(i), 1));
        tasks.awaitComplete("counts");
        taskGone("counts");
        all(i -> workloads.delete(name(i)));
        all(i -> workloads.awaitGone(name(i)));
        operator.stop();

        var found = BlockedUnderLocks.in(RECORDING, ConcurrencyPage.read().nonBlockingMonitors());
        assertThat(found.ours()).as("events of ours, of " + found.events()).isGreaterThan(1_000);
        assertThat(found.violations()).isEmpty();
    }

    /** Keeps no terminated container, which would count among those that run. */
    private static String manifest(int i, int replicas, String template) {
        return workload(name(i), replicas, template).replace("  replicas:", "  terminatedHistoryLimit: 0\n  replicas:");
    }

    private static String name(int i) {
        return "w" + i;
    }

    private static void all(IntConsumer each) {
        IntStream.range(0, WORKLOADS).forEach(each);
    }
}
