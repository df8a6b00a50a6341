package dev.mayfly.bench.zero;

import dev.mayfly.bench.claim.Claim;
import dev.mayfly.bench.claim.Claims;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;

/**
 * {@code make bench-zero}: the first byte for a client of a workload at zero, from a warm replica and from a cold start, and
 * 1,000 clients at once. They connect to the ClusterIP, through kube-proxy.
 */
public final class ZeroBench {
    private static final int ROUNDS = Integer.getInteger("mayfly.bench.rounds", 20);
    private static final int COLD = Integer.getInteger("mayfly.bench.cold", 5);
    private static final int AT_ONCE = 1000;
    /** Milliseconds from an answer to the next client, about the 10 s after which a workload goes to zero. */
    private static final int SOONEST = 8_000;

    private static final int LATEST = 25_000;

    private ZeroBench() {}

    public static void main(String[] arguments) {
        Claims.judge(ZeroBench.class, ZeroBench::measure);
    }

    private static void measure(Claims claims) throws Exception {
        try (var kubernetes = new KubernetesClientBuilder().build();
                var workload = new ZeroWorkload(kubernetes)) {
            var starts = new ArrayList<Duration>();
            var cold = new ArrayList<Duration>();
            for (var round = 0; round < COLD; round++) {
                starts.add(workload.start());
                workload.awaitZero(0);
                cold.add(workload.firstByte());
            }
            print("0 -> 1, scale -> ready", starts);
            print("cold, connect -> first byte", cold);
            claims.measured(Claim.ZERO_COLD, seconds(at(cold, 50)) / seconds(at(starts, 50)));
            claims.measured(Claim.ZERO_ERRORS, back(workload, claims));
            workload.awaitZero(1);
            claims.measured(Claim.ZERO_AT_ONCE, unanswered(workload));
        }
    }

    /**
     * At zero, and after every second of these times at a random moment about the decision to go there.
     *
     * @return how often the client saw an error
     */
    private static int back(ZeroWorkload workload, Claims claims) throws InterruptedException {
        workload.pool(1);
        var seed = System.nanoTime();
        var random = new Random(seed);
        var times = new ArrayList<Duration>();
        var timesAbout = new ArrayList<Duration>();
        var errors = 0;
        for (var round = 0; round < ROUNDS; round++) {
            workload.awaitZero(1);
            errors += errors(workload, times);
            if (round % 2 == 0) {
                TimeUnit.MILLISECONDS.sleep(random.nextInt(SOONEST, LATEST));
                errors += errors(workload, timesAbout);
            }
        }
        print("warm, connect -> first byte", times);
        print("8 to 25 s after an answer, seed " + seed, timesAbout);
        claims.measured(Claim.ZERO_WARM_P99, seconds(at(times, 99)));
        return errors;
    }

    /** @return 0 if the client was answered, whose time is added, else 1 */
    private static int errors(ZeroWorkload workload, List<Duration> times) {
        try {
            times.add(workload.firstByte());
            return 0;
        } catch (IOException failed) {
            System.out.println("an error: " + failed.getMessage());
            return 1;
        }
    }

    private static int unanswered(ZeroWorkload workload) throws InterruptedException {
        var answers = new ArrayList<Future<Duration>>();
        for (var number = 0; number < AT_ONCE; number++) {
            var task = new FutureTask<>(workload::firstByte);
            Thread.startVirtualThread(task);
            answers.add(task);
        }
        var times = new ArrayList<Duration>();
        for (var answer : answers) {
            try {
                times.add(answer.get());
            } catch (ExecutionException failed) {
                System.out.println("no answer: " + failed.getCause().getMessage());
            }
        }
        print(AT_ONCE + " at once, connect -> first byte", times);
        return AT_ONCE - times.size();
    }

    private static Duration at(List<Duration> times, int percent) {
        var sorted = times.stream().sorted().toList();
        return sorted.get(Math.max(0, Math.ceilDiv(sorted.size() * percent, 100) - 1));
    }

    private static double seconds(Duration duration) {
        return duration.toNanos() / 1e9;
    }

    private static void print(String what, List<Duration> times) {
        System.out.printf(
                Locale.ROOT,
                "%-38s %4d times, p50 %.3f s, p99 %.3f s, max %.3f s%n",
                what,
                times.size(),
                seconds(at(times, 50)),
                seconds(at(times, 99)),
                seconds(at(times, 100)));
    }
}
