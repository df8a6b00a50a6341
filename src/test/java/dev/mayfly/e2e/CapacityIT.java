package dev.mayfly.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.github.dockerjava.api.model.Container;
import dev.mayfly.testing.Lane;
import dev.mayfly.testing.OperatorProcess;
import dev.mayfly.testing.engine.Docker;
import java.time.Duration;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class CapacityIT extends OperatorScenario {
    private static final int MOST = 20;
    private static final String STAYS = "image: busybox:1.36\ncommand: [tail, -f, /dev/null]\n";

    CapacityIT() {
        super("capacity", new OperatorProcess("capacity"));
        operator.with("MAYFLY_CAPACITY_MAX_REPLICAS", Integer.toString(MOST));
        operator.with("MAYFLY_CAPACITY_RESERVE_CPU", "0");
        operator.with("MAYFLY_CAPACITY_MAX_PERCENT_PER_NAMESPACE", "100");
        operator.with("MAYFLY_HOST_PORTS_MAX_PER_NAMESPACE", "2");
    }

    @Test
    void fiveThousandReplicasAreAsManyAsTheOperatorAllows() {
        workloads.apply(workload("flood", 5000, STAYS));

        await().atMost(SOON).until(() -> workloads.running("flood").size() == MOST);
        awaitDegraded("flood", "InsufficientCapacity", "20 of 5000", "mayfly.capacity.max-replicas");
        await().during(Duration.ofSeconds(2))
                .atMost(SOON)
                .failFast("more than fit", () -> workloads.containers("flood").size() > MOST)
                .until(() -> workloads.containers("flood").size() == MOST);
        await().atMost(SOON)
                .untilAsserted(
                        () -> assertThat(workloads.get("flood").getStatus().readyReplicas())
                                .isEqualTo(MOST));
        gone("flood");
    }

    @Test
    void hostPortsBeyondTheNamespacesWaitAlsoAfterTheOperatorRestarted() {
        running("publisher", 1, STAYS + published(Lane.freePort(), Lane.freePort()));

        workloads.apply(workload("late", 1, STAYS + published(Lane.freePort())));
        awaitDegraded("late", "InsufficientCapacity", "0 of 1", "mayfly.host-ports.max-per-namespace");
        operator.stop();
        operator.start();
        awaitDegraded("late", "InsufficientCapacity", "0 of 1", "mayfly.host-ports.max-per-namespace");
        workloads.apply(workload("beside", 1, STAYS));
        workloads.awaitRunning("beside", 1);
        assertThat(workloads.containers("late")).isEmpty();

        gone("publisher");
        workloads.awaitRunning("late", 1);
        workloads.awaitCondition("late", "Degraded", "False", "AsExpected", SOON);
        gone("late");
        gone("beside");
    }

    @Test
    void hostPortsThatAreNotAllowedAreRefused() {
        workloads.apply(workload("ssh", 1, STAYS + published(22)));
        awaitDegraded("ssh", "InvalidSpec", "hostPort 22", "mayfly.host-ports.allowed");

        workloads.apply(workload("ssh", 1, STAYS + published(Lane.freePort(), Lane.freePort(), Lane.freePort())));
        awaitDegraded("ssh", "InvalidSpec", "3 hostPorts", "mayfly.host-ports.max-per-namespace");
        assertThat(workloads.containers("ssh")).isEmpty();

        workloads.apply(workload("ssh", 1, STAYS + published(Lane.freePort())));
        workloads.awaitRunning("ssh", 1);
        gone("ssh");
    }

    private static String published(int... ports) {
        return IntStream.of(ports)
                .mapToObj(port -> "{containerPort: %d, hostPort: %d}".formatted(port, port))
                .collect(Collectors.joining(", ", "network: Namespace\nports: [", "]\n"));
    }

    @Test
    void replicasThatDoNotFitWaitAndTheConditionReportsTheMissingCapacity() {
        var cpus = Docker.client().infoCmd().exec().getNCPU();
        var half = "resources: {requests: {cpu: %dm}}\n".formatted(cpus * 500);
        running("settler", 1, STAYS + half);

        workloads.apply(workload("newcomer", 2, STAYS + half));

        awaitDegraded("newcomer", "InsufficientCapacity", "1 of 2", "CPU", cpus * 1000 + "m");
        await().atMost(SOON).until(() -> workloads.running("newcomer").size() == 1);

        gone("settler");
        workloads.awaitRunning("newcomer", 2);
        workloads.awaitCondition("newcomer", "Degraded", "False", "AsExpected", SOON);
        gone("newcomer");
    }

    @Test
    void aRolloutThatNeedsCapacityWaitsAndTheConditionReportsIt() {
        var cpus = Docker.client().infoCmd().exec().getNCPU();
        var full = workload("full", 2, STAYS + "resources: {requests: {cpu: %dm}}\n".formatted(cpus * 500))
                .replace("maxSurge: 0, maxUnavailable: 1", "maxSurge: 1, maxUnavailable: 0");
        workloads.apply(full);
        workloads.awaitRunning("full", 2);
        var before = workloads.running("full").stream().map(Container::getId).toList();

        workloads.apply(full.replace("[tail", "[tail, -v"));
        awaitDegraded("full", "InsufficientCapacity", "The rollout waits", "maxUnavailable is 0");
        await().during(Duration.ofSeconds(2))
                .atMost(SOON)
                .until(() -> workloads.running("full").stream()
                        .map(Container::getId)
                        .toList()
                        .equals(before));

        workloads.scale("full", 1);
        await().atMost(SOON)
                .failFast("none is left", () -> workloads.running("full").isEmpty())
                .until(() -> {
                    var now = workloads.running("full").stream()
                            .map(Container::getId)
                            .toList();
                    return now.size() == 1 && !before.containsAll(now);
                });
        workloads.awaitCondition("full", "Degraded", "False", "AsExpected", SOON);
        gone("full");
    }

    @Test
    void aReplicaLargerThanTheEngineIsNeverStarted() {
        workloads.apply(workload("giant", 1, STAYS + "resources: {requests: {memory: 8Ti}}\n"));

        awaitDegraded("giant", "InsufficientCapacity", "0 of 1", "memory");
        assertThat(workloads.containers("giant")).isEmpty();
        gone("giant");
    }
}
