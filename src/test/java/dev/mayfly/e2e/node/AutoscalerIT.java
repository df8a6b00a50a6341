package dev.mayfly.e2e.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mayfly.testing.Cluster;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler;
import io.fabric8.kubernetes.client.dsl.Resource;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/**
 * A HorizontalPodAutoscaler follows the CPU that replicas use. All of it is real but metrics-server: Kubernetes' own controller, with
 * a period of 3 s in place of 15, the workload's scale and selector, the Pods with their requests and readiness, the load in a
 * container, and the figures, which come from the node's {@code /stats/summary}; {@link MetricsApi} makes rates of them. With
 * metrics-server, and under requests to a Service: {@code make elastic}.
 */
class AutoscalerIT extends NodeScenario {
    /** One replica at its limit asks for 3, by a quarter of its limit for none. */
    private static final String AUTOSCALER = """
            apiVersion: autoscaling/v2
            kind: HorizontalPodAutoscaler
            metadata: {name: web}
            spec:
              scaleTargetRef: {apiVersion: mayfly.dev/v1alpha1, kind: EphemeralWorkload, name: web}
              minReplicas: 1
              maxReplicas: 4
              metrics: [{type: Resource, resource: {name: cpu, target: {type: Utilization, averageUtilization: 40}}}]
              behavior: {scaleDown: {stabilizationWindowSeconds: 0}}
            """;

    private static final Duration LOOK = Duration.ofSeconds(1);
    private static final String BUSY_ON_DEMAND = "while true; do [ -e /data/busy ] || sleep 1; done";
    private static final String RESOURCES = "resources: {requests: {cpu: 100m}, limits: {cpu: 100m}}\n";

    AutoscalerIT() {
        super("autoscaler");
    }

    @AfterAll
    @Override
    protected void leaveNothing() throws IOException {
        try {
            super.leaveNothing();
        } finally {
            autoscaler().delete();
        }
    }

    @Test
    void itDoublesALoadedWorkloadAndHalvesItAfterTheLoad() throws Exception {
        workloads.apply(AUTOSCALER);
        shows("web", 1, BUSY_ON_DEMAND, RESOURCES);
        try (var metrics = new MetricsApi(workloads.namespace(), operator.node(), address())) {
            kubectl.run("exec", "web-0", "--", "touch", "/data/busy");

            await("twice as many replicas are ready")
                    .atMost(SOON)
                    .pollInterval(LOOK)
                    .untilAsserted(() -> {
                        assertThat(ready())
                                .as(state())
                                .isGreaterThanOrEqualTo(2)
                                .isEqualTo(wanted());
                        itWorks();
                    });
            var most = ready();

            kubectl.run("exec", "web-0", "--", "rm", "/data/busy");
            await("half as many are wanted").atMost(SOON).pollInterval(LOOK).untilAsserted(() -> {
                assertThat(wanted() * 2).as(state()).isLessThanOrEqualTo(most);
                itWorks();
            });
            await("as many run as are wanted")
                    .atMost(SOON)
                    .until(() -> ready() == wanted()); // it may want fewer meanwhile
        }
    }

    private int wanted() {
        return workloads.get("web").getSpec().replicas();
    }

    /** As Pods; the status may be behind. */
    private int ready() {
        return (int) pods().stream().filter(NodeScenario::isReady).count();
    }

    private void itWorks() {
        assertThat(autoscaler().get().getStatus().getConditions())
                .filteredOn(condition -> condition.getStatus().equals("True"))
                .as(state())
                .extracting(condition -> condition.getType())
                .contains("AbleToScale", "ScalingActive");
    }

    private String state() {
        return String.valueOf(autoscaler().get().getStatus());
    }

    private Resource<HorizontalPodAutoscaler> autoscaler() {
        return Cluster.client()
                .autoscaling()
                .v2()
                .horizontalPodAutoscalers()
                .inNamespace(workloads.namespace())
                .withName("web");
    }
}
