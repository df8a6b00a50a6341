package dev.mayfly.bench;

import dev.mayfly.bench.claim.Claim;
import dev.mayfly.bench.claim.Claims;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * {@code make bench-rollout}: compares a rollout of 50 replicas with maxSurge 100 %, until no old one is left, with
 * starting 50 and stopping 50, alternating in one run. Each process ends at once on TERM.
 */
public final class RolloutBench {
    private static final int REPLICAS = Integer.getInteger("mayfly.bench.replicas", 50);
    private static final int ROUNDS = Integer.getInteger("mayfly.bench.rounds", 5);
    private static final Duration GRACE = Duration.ofSeconds(10);

    private RolloutBench() {}

    /** In seconds. */
    private record Round(double up, double rollout, double down) {
        double ratio() {
            return rollout / (up + down);
        }
    }

    public static void main(String[] arguments) {
        Claims.judge(RolloutBench.class, RolloutBench::measure);
    }

    private static void measure(Claims claims) throws Exception {
        try (var client = new KubernetesClientBuilder().build();
                var workload = new BenchWorkload(client, BenchWorkload.OBEDIENT, GRACE)) {
            System.out.printf(
                    "%d replicas of busybox:1.36 (%s), maxSurge 100 %%, maxUnavailable 0, %d rounds%n%n",
                    REPLICAS, String.join(" ", BenchWorkload.OBEDIENT), ROUNDS);
            System.out.printf(
                    "round   0 -> %d   rollout   %d -> 0   (seconds)   rollout / (up + down)%n", REPLICAS, REPLICAS);
            var rounds = new ArrayList<Round>();
            for (var number = 0; number <= ROUNDS; number++) {
                var round = new Round(
                        seconds(workload.scale(REPLICAS)), seconds(workload.rollout()), seconds(workload.scale(0)));
                if (number > 0) { // the first round warms up the virtual machines
                    rounds.add(round);
                    System.out.printf(
                            "%5d %9.2f %9.2f %9.2f %23.2fx%n",
                            number, round.up(), round.rollout(), round.down(), round.ratio());
                }
            }
            System.out.printf(
                    "%nmedian  up %.2f s, rollout %.2f s, down %.2f s%n",
                    median(rounds, Round::up), median(rounds, Round::rollout), median(rounds, Round::down));
            claims.measured(Claim.ROLLOUT, median(rounds, Round::ratio));
        }
    }

    private static double median(List<Round> rounds, ToDoubleFunction<Round> column) {
        var sorted = rounds.stream().mapToDouble(column).sorted().toArray();
        var middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    private static double seconds(Duration duration) {
        return duration.toMillis() / 1000.0;
    }
}
