package dev.mayfly.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mayfly.testing.OperatorProcess;
import dev.mayfly.testing.Workloads;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * Somebody deletes the Node; then the operator is away for longer than the cluster leaves Pods on a lost node. The cluster shows the
 * Pods as not ready, and neither it nor the operator's return replaces a Pod or touches a container. Seconds after its return they
 * are ready again.
 *
 * @param operator of these workloads, with a node
 * @param away longer than the 50 s after which the cluster misses a node; its Pods are evicted after 300 s, unless they tolerate it
 */
public record LostNode(OperatorProcess operator, Duration away) implements Scenario {
    private static final int REPLICAS = 3;
    /** The cluster deletes the Pods of a Node that is not there after 40 s, and looks each 20 s. */
    private static final Duration COLLECTED = Duration.ofSeconds(70);

    /** A beat of the Node, a look of the cluster's controller, and the Pods' statuses. */
    private static final Duration RETURN = Duration.ofSeconds(30);

    @Override
    public String run(Workloads workloads) throws Exception {
        var shown = new ShownReplicas(workloads, "lost", REPLICAS);
        var node = workloads.client().nodes().withName(operator.node());
        try {
            shown.apply();
            var pods = shown.uids();
            var containers = shown.starts();

            node.withGracePeriod(0).delete();
            TimeUnit.NANOSECONDS.sleep(COLLECTED.toNanos()); // nothing may happen in this time
            assertThat(node.get()).as("the Node").isNotNull();
            assertThat(shown.uids()).as("Pods after the Node was deleted").isEqualTo(pods);

            operator.kill9();
            var back = System.nanoTime() + away.toNanos();
            await("no Pod is ready").atMost(away).until(() -> shown.ready() == 0);
            TimeUnit.NANOSECONDS.sleep(back - System.nanoTime());
            assertThat(shown.uids()).as("Pods of an operator that is away").isEqualTo(pods);

            operator.start();
            var began = System.nanoTime();
            await("all are ready Pods").atMost(RETURN).until(() -> shown.ready() == REPLICAS);
            var time = Duration.ofNanos(System.nanoTime() - began);
            assertThat(shown.uids()).as("Pods").isEqualTo(pods);
            assertThat(shown.starts()).as("containers").isEqualTo(containers);
            return "the Node deleted, then the operator away for %d s: %d Pods and containers are the same, ready %.1f s after its start"
                    .formatted(away.toSeconds(), REPLICAS, time.toMillis() / 1000.0);
        } finally {
            operator.ensureRunning();
            shown.delete();
        }
    }
}
