package dev.mayfly.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.github.dockerjava.api.model.Container;
import dev.mayfly.e2e.image.Cli;
import dev.mayfly.testing.OperatorProcess;
import dev.mayfly.testing.Workloads;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInstance;

/** An operator and a namespace for the stories of a class. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
public abstract class OperatorScenario {
    /** For what takes seconds on a quiet machine. A busy one is no failure. */
    public static final Duration SOON = Duration.ofMinutes(3);

    public final OperatorProcess operator;
    public final Workloads workloads;

    /** With the operator of this lane. */
    public OperatorScenario(String name) {
        this(name, OperatorProcess.ofLane());
    }

    /** With one of its own, of the same name, for stories that give it settings or need all of its data for themselves. */
    public OperatorScenario(String name, OperatorProcess operator) {
        this.operator = operator;
        workloads = new Workloads(name);
    }

    @BeforeAll
    protected void startOperator() {
        operator.ensureRunning();
    }

    /** A test that failed may have left none; the others of its class are not to fail for it. */
    @BeforeEach
    protected void restartOperatorThatATestLeftStopped() {
        operator.ensureRunning();
    }

    /** Each, even if the one before failed: an operator that went on would serve the classes that follow. */
    @AfterAll
    protected void leaveNothing() throws IOException {
        try {
            workloads.close();
        } finally {
            try {
                if (!operator.isOfLane()) {
                    operator.close();
                }
            } finally {
                workloads.abandon();
                Cli.pruneImages();
                erase(prefix());
            }
        }
    }

    /** The directory that this namespace's hostPath volumes may be in. */
    protected Path prefix() {
        return Path.of("/srv/mayfly", workloads.namespace());
    }

    /**
     * Without a network, which costs the engine half as much time again, unless the template names one.
     *
     * @param template YAML of spec.template without its grace
     */
    protected static String workload(String name, int replicas, String template) {
        return """
                apiVersion: mayfly.dev/v1alpha1
                kind: EphemeralWorkload
                metadata:
                  name: %s
                spec:
                  replicas: %d
                  backoff: {initialDelaySeconds: 1, stableSeconds: 1}
                  rollout: {maxSurge: 0, maxUnavailable: 1}
                  template:
                    terminationGracePeriodSeconds: 1
                """.formatted(name, replicas)
                + (template.contains("network:") ? "" : "    network: None\n")
                + template.indent(4);
    }

    /** Applies and waits until that many run. @return one of them */
    protected Container running(String name, int replicas, String template) {
        workloads.apply(workload(name, replicas, template));
        workloads.awaitRunning(name, replicas);
        return workloads.running(name).getFirst();
    }

    /** The words too are waited for: the reason may be an earlier complaint's. */
    protected void awaitDegraded(String name, String reason, String... words) {
        await(name + " is Degraded for " + reason).atMost(SOON).untilAsserted(() -> {
            var condition = workloads.condition(name, "Degraded").orElseThrow(AssertionError::new);
            assertThat(condition.getStatus() + "/" + condition.getReason())
                    .as(condition.getMessage())
                    .isEqualTo("True/" + reason);
            assertThat(condition.getMessage()).contains(words);
        });
    }

    protected void gone(String name) {
        workloads.delete(name);
        workloads.awaitGone(name);
    }

    /** Kills PID 1 from outside and waits. @return the successor */
    protected Container replaced(String name, Container replica) {
        Cli.docker("kill", replica.getId());
        return awaitAnother(name, replica);
    }

    /** Waits until one runs that is not that one. @return it; of several the newest */
    protected Container awaitAnother(String name, Container replica) {
        return await(name + " has another replica")
                .atMost(SOON)
                .until(
                        () -> workloads.running(name).stream()
                                .filter(c -> !c.getId().equals(replica.getId()))
                                .findFirst(),
                        Optional::isPresent)
                .orElseThrow();
    }

    public static void erase(Path directory) throws IOException {
        if (!Files.exists(directory)) {
            return;
        }
        try (var all = Files.walk(directory)) {
            all.sorted(Comparator.reverseOrder())
                    .forEach((Consumer<Path>) path -> path.toFile().delete());
        }
    }
}
