package dev.mayfly.bench.zero;

import dev.mayfly.bench.claim.Claim;
import dev.mayfly.bench.claim.Claims;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;

/**
 * {@code make bench-zero}: the first byte for a client of a workload at zero, from a warm replica and from a cold start, and
 * 1,000 clients at once. They connect to the ClusterIP, through kube-proxy.
 */
public final class ZeroBench {
    private static final int ROUNDS = Integer.getInteger("mayfly.bench.rounds", 20);
    private static final int COLD = Integer.getInteger("mayfly.bench.cold", 5);
    private static final int AT_ONCE = 1000;

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

    /** @return how often the client saw an error */
    private static int back(ZeroWorkload workload, Claims claims) {
        workload.pool(1);
        var times = new ArrayList<Duration>();
        var errors = 0;
        for (var round = 0; round < ROUNDS; round++) {
            workload.awaitZero(1);
            try {
                times.add(workload.firstByte());
            } catch (IOException failed) {
                errors++;
                System.out.println("an error: " + failed.getMessage());
            }
        }
        print("warm, connect -> first byte", times);
        claims.measured(Claim.ZERO_WARM_P99, seconds(at(times, 99)));
        return errors;
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
