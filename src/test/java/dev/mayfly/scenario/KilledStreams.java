package dev.mayfly.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mayfly.testing.Kubectl;
import dev.mayfly.testing.OperatorProcess;
import dev.mayfly.testing.Workloads;
import dev.mayfly.testing.engine.Docker;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * An operator is killed again and again while commands run in its replicas and their output is followed. Each stream ends
 * soon, no Pod is doubled or lost, and no container is touched.
 *
 * @param operator of these workloads, with a node
 * @param rounds how often it is killed
 * @param streams how many are open each time: the first half commands, each other one over SPDY, the others followed output
 */
public record KilledStreams(OperatorProcess operator, int rounds, int streams) implements Scenario {
    private static final String NAME = "streams";
    private static final int REPLICAS = 3;
    /** For {@code kubectl} to end. With which code is its own affair: it has 0 for a command whose status never came. */
    private static final Duration END = Duration.ofSeconds(60);

    private static final Duration PATIENCE = Duration.ofMinutes(5);

    @Override
    public String run(Workloads workloads) throws Exception {
        var kubectl = Kubectl.in(workloads.namespace());
        var shown = new ShownReplicas(workloads, NAME, REPLICAS);
        try {
            shown.apply();
            var pods = shown.uids();
            var containers = shown.starts();
            var slowest = Duration.ZERO;
            for (var round = 0; round < rounds; round++) {
                var ended = killed(workloads, kubectl);
                slowest = ended.compareTo(slowest) > 0 ? ended : slowest;
                operator.start();
                endCommands(kubectl);
                assertThat(shown.starts()).as("containers").isEqualTo(containers);
            }
            shown.awaitReady();
            assertThat(shown.uids()).as("Pods").isEqualTo(pods);
            assertThat(shown.starts()).as("containers").isEqualTo(containers);
            return "the operator killed %d times under %d streams: all had ended %.1f s later at most; %d Pods and %d containers are the same"
                    .formatted(rounds, streams, slowest.toMillis() / 1000.0, pods.size(), containers.size());
        } finally {
            operator.ensureRunning();
            shown.delete();
        }
    }

    /** @return how long the streams took to end */
    private Duration killed(Workloads workloads, Kubectl kubectl) throws IOException {
        var open = new ArrayList<Process>();
        try {
            for (var i = 0; i < streams; i++) {
                open.add(i < commands() ? command(kubectl, i) : followed(kubectl, i));
            }
            for (var follower : open.subList(commands(), streams)) {
                assertThat(follower.inputReader().readLine()).isEqualTo("begun");
            }
            await("all commands run").atMost(PATIENCE).until(() -> sleepers(workloads) == commands());
            assertThat(open).as("streams").allMatch(Process::isAlive);

            var kill = System.nanoTime();
            operator.kill9();
            CompletableFuture.allOf(open.stream().map(Process::onExit).toArray(CompletableFuture[]::new))
                    .orTimeout(END.toSeconds(), TimeUnit.SECONDS)
                    .join();
            return Duration.ofNanos(System.nanoTime() - kill);
        } finally {
            open.forEach(Process::destroyForcibly);
        }
    }

    private int commands() {
        return streams / 2;
    }

    private static Process command(Kubectl kubectl, int number) throws IOException {
        return (number % 2 == 0 ? kubectl : kubectl.overSpdy())
                .starting("exec", replica(number), "--", "sleep", "1000")
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    private static Process followed(Kubectl kubectl, int number) throws IOException {
        return kubectl.starting("logs", "-f", replica(number))
                .redirectErrorStream(true)
                .start();
    }

    private static String replica(int number) {
        return NAME + "-" + number % REPLICAS;
    }

    /** They go on without their client. */
    private static void endCommands(Kubectl kubectl) {
        for (var number = 0; number < REPLICAS; number++) {
            var replica = replica(number);
            await("a command runs in " + replica)
                    .atMost(PATIENCE)
                    .until(() -> kubectl.tried("exec", replica, "--", "sh", "-c", "kill $(pidof sleep)")
                                    .code()
                            == 0);
        }
    }

    private static long sleepers(Workloads workloads) {
        return workloads.running(NAME).stream()
                .flatMap(container -> Arrays.stream(Docker.client()
                        .topContainerCmd(container.getId())
                        .exec()
                        .getProcesses()))
                .filter(process -> process[process.length - 1].equals("sleep 1000"))
                .count();
    }
}
