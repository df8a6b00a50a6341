package dev.mayfly.e2e.life;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.github.dockerjava.api.model.Container;
import dev.mayfly.e2e.OperatorScenario;
import dev.mayfly.scenario.BusyScaleDown;
import dev.mayfly.testing.Workloads;
import dev.mayfly.testing.engine.Docker;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Story G: exactly the expected replicas survive; and users see a scale-down that waits, and one that is reverted. */
class BusyScaleDownIT extends OperatorScenario {
    private static final String WAITING = "WaitingForBusyReplicas";

    BusyScaleDownIT() {
        super("busy");
    }

    @Test
    void theBusyAndTheDearSurvive() {
        System.out.println(new BusyScaleDown(3).run(workloads));
    }

    @Test
    void busyOnesAreWaitedForAndReclaimedByScalingUp() {
        workloads.apply(Workloads.manifest("web", 3).replace("spec:\n", """
                        spec:
                          scaleDown: {busyProbe: {exec: {command: [test, -e, /tmp/busy]}, periodSeconds: 1}}
                        """));
        workloads.awaitRunning("web", 3);
        var before = workloads.runningIds("web");
        in(0, "touch", "/tmp/busy");
        in(1, "touch", "/tmp/busy");

        workloads.scale("web", 1);
        awaitReason(WAITING);
        await().untilAsserted(() -> assertThat(slots()).containsExactly(0, 1));
        await().untilAsserted(() -> assertThat(workloads.events("web", WAITING)).hasSize(1));

        workloads.scale("web", 2);
        awaitReason("AsExpected");
        assertThat(slots()).containsExactly(0, 1);
        assertThat(before).containsAll(workloads.runningIds("web"));

        workloads.scale("web", 1);
        awaitReason(WAITING);
        in(0, "rm", "/tmp/busy");
        workloads.awaitRunning("web", 1);
        assertThat(slots()).containsExactly(1);
        gone("web");
    }

    private void awaitReason(String reason) {
        workloads.awaitCondition("web", "Degraded", "False", reason, SOON);
    }

    private void in(int slot, String... command) {
        var replica = workloads.running("web").stream()
                .filter(container -> slot(container) == slot)
                .findFirst()
                .orElseThrow();
        assertThat(Docker.exec(replica.getId(), command)).isZero();
    }

    private List<Integer> slots() {
        return workloads.containers("web").stream()
                .map(BusyScaleDownIT::slot)
                .sorted()
                .toList();
    }

    private static int slot(Container container) {
        return Integer.parseInt(container.getLabels().get("mayfly.dev/slot"));
    }
}
