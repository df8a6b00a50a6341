package dev.mayfly.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.github.dockerjava.api.model.Container;
import dev.mayfly.testing.Workloads;
import dev.mayfly.testing.engine.Docker;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.function.Consumer;

/**
 * Story B, without the engine's own ends: replicas end in every way, and each is replaced by a new one that knows nothing.
 *
 * @param rounds in each of which one replica ends in each way
 */
public record KilledReplicas(int rounds) implements Scenario {
    private static final String NAME = "web";
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    private static final int REPLICAS = 3;
    private static final String MANIFEST = """
            apiVersion: mayfly.dev/v1alpha1
            kind: EphemeralWorkload
            metadata: {name: web}
            spec:
              replicas: 3
              backoff: {initialDelaySeconds: 1, maxDelaySeconds: 1, stableSeconds: 1}
              ephemerality: {mode: Off}
              template:
                image: busybox:1.36
                command:
                  - sh
                  - -c
                  - |
                    while sleep 0.1; do
                      [ ! -e /tmp/end ] || exit 3
                      [ ! -e /tmp/done ] || exit 0
                      [ ! -e /tmp/eat ] || x=$(head -c 200000000 /dev/zero | tr "\\0" x)
                    done
                terminationGracePeriodSeconds: 1
                resources: {limits: {memory: 32Mi}}
            """;

    /** How a replica ends. */
    public enum End {
        KILL_9("Killed", 137, c -> kill9(Docker.inspect(c).getState().getPidLong())),
        DOCKER_KILL(
                "Killed", 137, c -> Docker.client().killContainerCmd(c.getId()).exec()),
        DOCKER_RM(
                null,
                null,
                c -> Docker.client()
                        .removeContainerCmd(c.getId())
                        .withForce(true)
                        .exec()),
        BY_ITSELF("Error", 3, c -> Docker.end(c.getId(), "touch", "/tmp/end")),
        IN_PEACE("Completed", 0, c -> Docker.end(c.getId(), "touch", "/tmp/done")),
        OUT_OF_MEMORY("OOMKilled", 137, c -> Docker.end(c.getId(), "touch", "/tmp/eat"));

        private final String reason;
        private final Integer exitCode;
        private final Consumer<Container> how;

        /** @param reason that is to be recorded. @param exitCode null if it may be unknown */
        End(String reason, Integer exitCode, Consumer<Container> how) {
            this.reason = reason;
            this.exitCode = exitCode;
            this.how = how;
        }
    }

    @Override
    public String run(Workloads workloads) {
        workloads.apply(MANIFEST);
        workloads.awaitRunning(NAME, REPLICAS);
        try {
            for (var round = 0; round < rounds; round++) {
                for (var end : End.values()) {
                    endOne(workloads, end);
                }
            }
        } finally {
            workloads.delete(NAME);
            workloads.awaitGone(NAME);
        }
        return "%d replicas ended in %d ways: each recorded and replaced by a new container with an empty layer"
                .formatted(rounds * End.values().length, End.values().length);
    }

    private static void endOne(Workloads workloads, End end) {
        var before = workloads.runningIds(NAME);
        var victim = workloads.running(NAME).getLast();
        assertThat(Docker.exec(victim.getId(), "touch", "/left-behind")).isZero();

        end.how.accept(victim);

        await(end + ": back to " + REPLICAS).atMost(PATIENCE).until(() -> {
            var now = workloads.runningIds(NAME);
            return now.size() == REPLICAS && !now.contains(victim.getId());
        });
        var successor = workloads.running(NAME).stream()
                .filter(c -> !before.contains(c.getId()))
                .findFirst()
                .orElseThrow();
        assertThat(label(successor, "slot")).as("%s: slot", end).isEqualTo(label(victim, "slot"));
        assertThat(Docker.exec(successor.getId(), "test", "-e", "/left-behind"))
                .as("%s: what was written", end)
                .isEqualTo(1);
        await(end + ": recorded")
                .atMost(PATIENCE)
                .untilAsserted(() -> assertThat(workloads.terminations(NAME))
                        .filteredOn(t -> t.replica().equals(NAME + "-" + label(victim, "slot"))
                                && Integer.toString(t.attempt()).equals(label(victim, "attempt")))
                        .singleElement()
                        .satisfies(t -> {
                            assertThat(t.finishTime()).isNotBlank();
                            assertThat(t.reason()).isNotBlank();
                            if (end.reason != null) {
                                assertThat(t.reason() + " " + t.exitCode()).isEqualTo(end.reason + " " + end.exitCode);
                            }
                        }));
    }

    private static String label(Container container, String name) {
        return container.getLabels().get("mayfly.dev/" + name);
    }

    private static void kill9(long pid) {
        try {
            new ProcessBuilder("kill", "-9", Long.toString(pid))
                    .start()
                    .onExit()
                    .join();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
