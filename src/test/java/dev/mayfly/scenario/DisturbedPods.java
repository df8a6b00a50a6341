package dev.mayfly.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mayfly.testing.Lane;
import dev.mayfly.testing.Workloads;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Random;

/**
 * Replicas as Pods on nodes that are drained, preempted and lost, while they are rolled out and evicted: N again each time,
 * never more than N + surge, no slot twice, and no fewer ready than the budget and the disturbance take together.
 *
 * @param machines nodes of {@link KwokNodes#CPUS} replicas each: one is lost in each round
 * @param replicas at least 20, and no more than half of what the nodes have room for in the end
 * @param rounds fewer than there are nodes
 */
public record DisturbedPods(int machines, int replicas, int rounds) implements Scenario {
    private static final String NAME = "web";
    /** {@code maxSurge} and {@code maxUnavailable}. */
    private static final int BUDGET = 2;

    private static final int EVICTED = 5;
    private static final Duration SOON = Duration.ofMinutes(2);
    /** That long a rollout may take, as it waits for what was evicted, too. */
    private static final Duration ROLLED_OUT = Duration.ofMinutes(5);
    /** 50 s until the node counts as lost, and 60 s until its Pods do. */
    private static final Duration LOST = Duration.ofMinutes(5);

    @Override
    public String run(Workloads workloads) throws Exception {
        var seed = System.nanoTime();
        var random = new Random(seed);
        var words =
                "%d replicas on %d nodes, of which %d were lost: N again each time, never more than N + surge (seed %d)"
                        .formatted(replicas, machines, rounds, seed);
        try (var rights = GrantedRole.ofPods();
                var nodes = new KwokNodes(machines);
                var pods = new SeenPods(workloads, NAME)) {
            workloads.apply(manifest(0));
            awaitAll(pods, 0, words);
            for (var round = 1; round <= rounds; round++) {
                pods.reset();
                workloads.apply(manifest(round)); // under load: all of it happens in the middle of a rollout
                var taken = evict(nodes, pods, random);
                taken += preempt(nodes, pods, workloads.namespace());
                taken += drain(nodes, pods, random);
                awaitAll(pods, round, words);
                assertKept(pods, taken, words);

                pods.reset();
                assertKept(pods, lose(nodes, pods, random, words), words);
            }
            return words;
        }
    }

    /** @return how many */
    private static int evict(KwokNodes nodes, SeenPods pods, Random random) {
        var some = new ArrayList<>(pods.all().stream()
                .filter(pod -> !pods.isLost(String.valueOf(pod.getSpec().getNodeName())))
                .toList());
        Collections.shuffle(some, random);
        var evicted = some.subList(0, EVICTED);
        evicted.forEach(nodes::evict);
        return evicted.size();
    }

    /** @return how many Pods it had */
    private static int drain(KwokNodes nodes, SeenPods pods, Random random) {
        var node = any(pods, random);
        var had = on(pods, node);
        nodes.drain(node);
        await().atMost(SOON).until(() -> on(pods, node) == 0);
        nodes.uncordon(node);
        return had;
    }

    /** @return how many Pods were in the way, at most */
    private static int preempt(KwokNodes nodes, SeenPods pods, String namespace) throws Exception {
        var most = nodes.names().stream()
                .filter(node -> !pods.isLost(node))
                .mapToInt(node -> on(pods, node))
                .max()
                .orElse(0);
        nodes.urgent(namespace).close();
        return most;
    }

    /** @return how many Pods it had */
    private int lose(KwokNodes nodes, SeenPods pods, Random random, String words) {
        var node = any(pods, random);
        var had = on(pods, node);
        pods.lose(node);
        nodes.lose(node);
        await("the Pods of a lost node are replaced, " + words).atMost(LOST).until(() -> pods.ready() == replicas);
        return had;
    }

    private void awaitAll(SeenPods pods, int version, String words) {
        await("all are ready, of version " + version + ", " + words)
                .atMost(ROLLED_OUT)
                .until(() -> pods.ready() == replicas && pods.ready(pod -> isOf(pod, version)) == replicas);
    }

    private static boolean isOf(Pod pod, int version) {
        return pod.getSpec().getContainers().getFirst().getEnv().stream()
                .anyMatch(
                        env -> env.getName().equals("VERSION") && env.getValue().equals("" + version));
    }

    private void assertKept(SeenPods pods, int taken, String words) {
        assertThat(pods.most()).as(words).isLessThanOrEqualTo(replicas + BUDGET);
        assertThat(pods.leastReady()).as(words).isGreaterThanOrEqualTo(replicas - BUDGET - taken);
        assertThat(pods.twins()).as(words).isEmpty();
    }

    private static String any(SeenPods pods, Random random) {
        var nodes = pods.all().stream()
                .map(pod -> pod.getSpec().getNodeName())
                .filter(name -> name != null && !pods.isLost(name))
                .distinct()
                .sorted()
                .toList();
        return nodes.get(random.nextInt(nodes.size()));
    }

    private static int on(SeenPods pods, String node) {
        return (int) pods.all().stream()
                .map(Pod::getSpec)
                .filter(spec -> node.equals(spec.getNodeName()))
                .count();
    }

    private String manifest(int version) {
        return """
                apiVersion: mayfly.dev/v1alpha1
                kind: EphemeralWorkload
                metadata: {name: %s}
                spec:
                  runtime: Pods
                  replicas: %d
                  rollout: {maxSurge: %d, maxUnavailable: %d}
                  template:
                    image: busybox:1.36
                    terminationGracePeriodSeconds: 1
                    env: [{name: VERSION, value: "%d"}]
                    resources: {requests: {cpu: '1'}}
                    nodeSelector: {%s: %s}
                    tolerations:
                    - {key: node.kubernetes.io/unreachable, operator: Exists, effect: NoExecute, tolerationSeconds: 1}
                    - {key: node.kubernetes.io/not-ready, operator: Exists, effect: NoExecute, tolerationSeconds: 1}
                """.formatted(NAME, replicas, BUDGET, BUDGET, version, KwokNodes.LABEL, Lane.mark());
    }
}
