package dev.mayfly.bench;

import dev.mayfly.bench.claim.Claim;
import dev.mayfly.bench.claim.Claims;
import dev.mayfly.core.model.Samples;
import dev.mayfly.core.model.Template;
import dev.mayfly.core.model.Template.Requests;
import dev.mayfly.runtime.docker.RawEngine;
import dev.mayfly.runtime.docker.Settings;
import dev.mayfly.runtime.docker.engine.EngineSettings;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** {@code make bench}: 0 → 50 → 0 replicas by Mayfly and by the raw Engine API, alternating in one run. */
public final class Bench {
    private static final int REPLICAS = 50;
    private static final int ROUNDS = Integer.getInteger("mayfly.bench.rounds", 5);
    private static final List<Integer> CONCURRENCIES = List.of(4, 8, 12);
    private static final Duration GRACE = Duration.ofSeconds(1);

    private Bench() {}

    public static void main(String[] arguments) {
        Claims.judge(Bench.class, Bench::measure);
    }

    private static void measure(Claims claims) throws Exception {
        var defaults = Settings.of("0000000bench");
        var settings = new EngineSettings(
                defaults.cluster(),
                new EngineSettings.Connection(
                        Optional.empty(),
                        Optional.empty(),
                        Duration.ofSeconds(60),
                        Duration.ofSeconds(3),
                        Duration.ofSeconds(5),
                        Duration.ofSeconds(30),
                        16),
                defaults.networkPool(),
                defaults.egress(),
                defaults.containers(),
                defaults.pulls());
        try (var client = new KubernetesClientBuilder().build();
                var raw = new RawEngine(settings, template());
                var workload = new BenchWorkload(client, BenchWorkload.DEAF, GRACE)) {
            System.out.printf(
                    "0 -> %d -> 0 replicas of busybox:1.36 (tail -f /dev/null), grace %d s, %d rounds%n",
                    REPLICAS, GRACE.toSeconds(), ROUNDS);
            var atOnce = bestConcurrency(raw);
            System.out.printf("The raw Engine API is at its best with %d calls at once.%n%n", atOnce);
            System.out.println("round   raw up  mayfly up   raw down  mayfly down   (seconds)");
            var rows = new ArrayList<double[]>();
            for (var round = 0; round <= ROUNDS; round++) {
                var row = round(raw, workload, atOnce, round % 2 == 0);
                if (round > 0) { // the first round warms up the virtual machines
                    rows.add(row);
                    System.out.printf("%5d %8.2f %10.2f %10.2f %12.2f%n", round, row[0], row[1], row[2], row[3]);
                }
            }
            summary(rows, claims);
        }
    }

    private static int bestConcurrency(RawEngine raw) {
        raw.up(REPLICAS, 8); // a warm-up that is not measured
        raw.down(8);
        var best = CONCURRENCIES.stream().min(Comparator.comparing(atOnce -> {
            var up = raw.up(REPLICAS, atOnce);
            raw.down(8);
            System.out.printf("raw, %2d at once: %.2f s%n", atOnce, seconds(up));
            return up;
        }));
        return best.orElseThrow();
    }

    private static double[] round(RawEngine raw, BenchWorkload workload, int atOnce, boolean rawFirst)
            throws Exception {
        var row = new double[4];
        Map<String, Object> mayfly = Map.of();
        Map<String, Object> theirs = Map.of();
        for (var turn = 0; turn < 2; turn++) {
            if (rawFirst == (turn == 0)) {
                row[0] = seconds(raw.up(REPLICAS, atOnce));
                theirs = raw.body();
                row[2] = seconds(raw.down(atOnce));
            } else {
                row[1] = seconds(workload.scale(REPLICAS));
                mayfly = workload.body();
                row[3] = seconds(workload.scale(0));
            }
        }
        if (!mayfly.equals(theirs)) {
            throw new IllegalStateException("The two sides start different containers:\n" + theirs + "\n" + mayfly);
        }
        return row;
    }

    private static void summary(List<double[]> rows, Claims claims) {
        claims.measured(Claim.SCALE_UP, median(rows, 1) / median(rows, 0));
        claims.measured(Claim.SCALE_DOWN, median(rows, 3) / median(rows, 2));
        System.out.printf(
                "%nmedian  up   %5.2f s raw, %5.2f s mayfly: %.2fx%n",
                median(rows, 0), median(rows, 1), median(rows, 1) / median(rows, 0));
        System.out.printf(
                "median  down %5.2f s raw, %5.2f s mayfly: %.2fx%n",
                median(rows, 2), median(rows, 3), median(rows, 3) / median(rows, 2));
        System.out.printf(
                "best    up   %.2fx, down %.2fx (each side's best round)%n",
                best(rows, 1) / best(rows, 0), best(rows, 3) / best(rows, 2));
    }

    private static double median(List<double[]> rows, int column) {
        var sorted = rows.stream().mapToDouble(row -> row[column]).sorted().toArray();
        var middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    private static double best(List<double[]> rows, int column) {
        return rows.stream().mapToDouble(row -> row[column]).min().orElseThrow();
    }

    private static double seconds(Duration duration) {
        return duration.toMillis() / 1000.0;
    }

    /** The workload's template with all defaults. */
    private static Template template() {
        return Samples.template("busybox:1.36")
                .withProcess(process -> process.withCommand(BenchWorkload.DEAF))
                .withResources(new Template.Resources(Requests.NONE, 0, 0))
                .withLifecycle(lifecycle -> lifecycle.withGrace(GRACE));
    }
}
