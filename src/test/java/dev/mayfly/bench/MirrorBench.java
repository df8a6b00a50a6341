package dev.mayfly.bench;

import dev.mayfly.bench.claim.Claim;
import dev.mayfly.bench.claim.Claims;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * {@code make bench-mirrors}: what it costs to show replicas as Pods. 0 → 50 replicas with mirror Pods and without, alternating in one
 * run; then 500 that do nothing, without mirror Pods and with them.
 */
public final class MirrorBench {
    private static final int REPLICAS = 50;
    private static final int ROUNDS = Integer.getInteger("mayfly.bench.rounds", 5);
    private static final int IDLE_REPLICAS = Integer.getInteger("mayfly.bench.idle-replicas", 500);
    private static final Duration IDLE = Duration.ofSeconds(Integer.getInteger("mayfly.bench.idle-seconds", 60));
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    private MirrorBench() {}

    public static void main(String[] arguments) {
        Claims.judge(MirrorBench.class, MirrorBench::measure);
    }

    private static void measure(Claims claims) throws Exception {
        try (var client = new KubernetesClientBuilder().build();
                var workload = new BenchWorkload(client, BenchWorkload.DEAF, Duration.ofSeconds(1))) {
            System.out.printf("0 -> %d replicas of busybox:1.36, %d rounds%n%n", REPLICAS, ROUNDS);
            System.out.println("round   without Pods   with Pods   last Pod ready   (seconds)");
            var without = new ArrayList<Double>();
            var with = new ArrayList<Double>();
            for (var round = 0; round <= ROUNDS; round++) {
                var first = round % 2 == 0;
                var ready = 0.0;
                for (var mirrored : List.of(first, !first)) {
                    workload.mirrored(mirrored);
                    var began = System.nanoTime();
                    var up = seconds(workload.scale(REPLICAS));
                    if (mirrored) {
                        awaitReady(client, REPLICAS);
                        ready = seconds(Duration.ofNanos(System.nanoTime() - began));
                    }
                    workload.scale(0);
                    awaitReady(client, 0);
                    if (round > 0) { // the first round warms up the virtual machines
                        (mirrored ? with : without).add(up);
                    }
                }
                if (round > 0) {
                    System.out.printf("%5d %14.2f %11.2f %16.2f%n", round, without.getLast(), with.getLast(), ready);
                }
            }
            System.out.printf("%nmedian %14.2f %11.2f%n%n", median(without), median(with));
            claims.measured(Claim.MIRRORED_SCALE_UP, median(with) / median(without));
            idle(client, workload, claims);
        }
    }

    private static void idle(KubernetesClient client, BenchWorkload workload, Claims claims) throws Exception {
        workload.mirrored(false);
        System.out.printf(
                "0 -> %d replicas                   %.1f s%n", IDLE_REPLICAS, seconds(workload.scale(IDLE_REPLICAS)));
        var without = idle(client, "no");
        workload.mirrored(true);
        awaitReady(client, IDLE_REPLICAS);
        var with = idle(client, String.valueOf(IDLE_REPLICAS));
        claims.measured(Claim.MIRRORS_IDLE_CPU, with.percent() - without.percent());
        claims.measured(Claim.MIRRORS_IDLE_WRITES, with.writes());
        claims.measured(Claim.MIRRORS_MEMORY, with.megabytes());
    }

    /**
     * The operator's costs while nothing happens.
     *
     * @param percent of a core
     * @param writes to the API server besides Leases and the Node
     */
    private record Idle(double percent, long writes, long megabytes) {}

    private static Idle idle(KubernetesClient client, String pods) throws Exception {
        var operator = OperatorUsage.ofRunning();
        var writes = new ClusterWrites(client);
        writes.settle();
        var before = operator.cpu();
        var counted = writes.during(IDLE);
        var idle = new Idle(
                100.0 * operator.cpu().minus(before).toMillis() / IDLE.toMillis(),
                counted,
                operator.residentMegabytes());
        System.out.printf(
                "idle, %d replicas, %s mirror Pods, %d s   %.2f %% of a core, %d writes to the API server besides Leases and the Node, %d MB%n",
                IDLE_REPLICAS, pods, IDLE.toSeconds(), idle.percent(), idle.writes(), idle.megabytes());
        return idle;
    }

    /** Waits until that many of the workload's Pods are ready, and no other is there. */
    private static void awaitReady(KubernetesClient client, int pods) throws InterruptedException {
        var end = System.nanoTime() + PATIENCE.toNanos();
        while (ready(client) != pods) {
            if (System.nanoTime() > end) {
                throw new IllegalStateException(
                        "The workload has not " + pods + " ready Pods after " + PATIENCE.toSeconds() + " s.");
            }
            TimeUnit.MILLISECONDS.sleep(100); // between two questions
        }
    }

    /** -1: some are not ready. */
    private static int ready(KubernetesClient client) {
        var pods = client.pods()
                .inNamespace("default")
                .withLabels(Map.of("mayfly.dev/name", "bench"))
                .list()
                .getItems();
        var ready = pods.stream()
                .filter(pod -> pod.getStatus().getConditions().stream()
                        .anyMatch(c ->
                                c.getType().equals("Ready") && c.getStatus().equals("True")))
                .count();
        return ready == pods.size() ? pods.size() : -1;
    }

    private static double median(List<Double> values) {
        return values.stream().sorted().toList().get(values.size() / 2);
    }

    private static double seconds(Duration duration) {
        return duration.toMillis() / 1000.0;
    }
}
