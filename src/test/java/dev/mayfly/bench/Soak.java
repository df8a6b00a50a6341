package dev.mayfly.bench;

import dev.mayfly.bench.claim.Claim;
import dev.mayfly.bench.claim.Claims;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** {@code make soak}: the measurements that take long, of the operator that {@code make up} started. */
public final class Soak {
    private static final int TRIES = 20;
    private static final int REPLICAS = 50;
    private static final Duration IDLE = Duration.ofSeconds(Integer.getInteger("mayfly.soak.idle-seconds", 60));

    private Soak() {}

    public static void main(String[] arguments) {
        Claims.judge(Soak.class, Soak::measure);
    }

    private static void measure(Claims claims) throws Exception {
        try (var client = new KubernetesClientBuilder().build()) {
            var operator = OperatorUsage.ofRunning();
            new JvmStarts(client).measure(claims);
            var first = firstContainers(client);
            System.out.printf(
                    "apply -> first container runs    median %.2f s, slowest %.2f s of %d%n",
                    median(first), slowest(first), TRIES);
            claims.measured(Claim.FIRST_CONTAINER, median(first));
            try (var workload = new BenchWorkload(client, BenchWorkload.DEAF, Duration.ofSeconds(1))) {
                System.out.printf(
                        "0 -> %d                          %.2f s%n", REPLICAS, seconds(workload.scale(REPLICAS)));
                var heals = new ArrayList<Duration>();
                for (var i = 0; i < TRIES; i++) {
                    heals.add(workload.killOne());
                }
                System.out.printf(
                        "killed from outside -> replaced  median %.2f s, slowest %.2f s of %d%n",
                        median(heals), slowest(heals), TRIES);
                claims.measured(Claim.REPLACED, median(heals));
                idle(new ClusterWrites(client), operator, claims);
            }
            var memory = operator.residentMegabytes();
            System.out.printf("operator's resident memory       %d MB%n", memory);
            claims.measured(Claim.MEMORY, memory);
        }
    }

    private static List<Duration> firstContainers(KubernetesClient client) throws Exception {
        var times = new ArrayList<Duration>();
        try (var workload = new BenchWorkload(client, BenchWorkload.DEAF, Duration.ZERO)) {
            for (var i = 0; i < TRIES; i++) {
                times.add(workload.apply());
            }
        }
        return times;
    }

    private static void idle(ClusterWrites writes, OperatorUsage operator, Claims claims) throws InterruptedException {
        writes.settle();
        var before = operator.cpu();
        var counted = writes.during(IDLE);
        var used = operator.cpu().minus(before);
        var percent = 100.0 * used.toMillis() / IDLE.toMillis();
        System.out.printf(
                "idle, %d replicas, %d s           %.2f %% of a core, %d writes to the API server besides Leases%n",
                REPLICAS, IDLE.toSeconds(), percent, counted);
        claims.measured(Claim.IDLE_CPU, percent);
        claims.measured(Claim.IDLE_WRITES, counted);
    }

    private static double median(List<Duration> times) {
        return seconds(times.stream().sorted().toList().get(times.size() / 2));
    }

    private static double slowest(List<Duration> times) {
        return seconds(times.stream().max(Duration::compareTo).orElseThrow());
    }

    private static double seconds(Duration duration) {
        return duration.toMillis() / 1000.0;
    }
}
