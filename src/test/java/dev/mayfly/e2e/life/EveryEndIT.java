package dev.mayfly.e2e.life;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.github.dockerjava.api.model.Container;
import dev.mayfly.e2e.OperatorScenario;
import dev.mayfly.scenario.KilledReplicas;
import dev.mayfly.testing.Workloads;
import dev.mayfly.testing.engine.Docker;
import org.junit.jupiter.api.Test;

/** Story B: a replica that ends in any way is replaced by a new one, and the status records the termination. */
class EveryEndIT extends OperatorScenario {
    EveryEndIT() {
        super("every-end");
    }

    @Test
    void eachEndIsRecordedAndReplacedByANewContainerWithAnEmptyLayer() {
        System.out.println(new KilledReplicas(1).run(workloads));
    }

    @Test
    void whatEndsWhileNoOperatorRunsIsReplacedWhenItIsBack() {
        workloads.apply(Workloads.manifest("alone", 4).replace("spec:\n", "spec:\n  ephemerality: {mode: Off}\n"));
        workloads.awaitRunning("alone", 4);
        var before = workloads.running("alone");
        before.forEach(
                c -> assertThat(Docker.exec(c.getId(), "touch", "/left-behind")).isZero());

        operator.kill9();
        Docker.client().killContainerCmd(before.get(0).getId()).exec();
        Docker.client()
                .removeContainerCmd(before.get(1).getId())
                .withForce(true)
                .exec();
        operator.start();

        workloads.awaitCondition("alone", "Degraded", "False", "AsExpected", SOON);
        await().atMost(SOON).until(() -> workloads.running("alone").size() == 4);
        var known = before.stream().map(Container::getId).toList();
        assertThat(workloads.runningIds("alone"))
                .contains(known.get(2), known.get(3))
                .doesNotContain(known.get(0), known.get(1));
        assertThat(workloads.running("alone"))
                .filteredOn(c -> !known.contains(c.getId()))
                .allSatisfy(c -> assertThat(Docker.exec(c.getId(), "test", "-e", "/left-behind"))
                        .isEqualTo(1));
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(
                                workloads.get("alone").getStatus().lastTerminations())
                        .anySatisfy(t -> {
                            assertThat(t.replica())
                                    .isEqualTo(
                                            "alone-" + before.get(0).getLabels().get("mayfly.dev/slot"));
                            assertThat(t.exitCode()).isEqualTo(137);
                        }));
        gone("alone");
    }
}
