package dev.mayfly.bench.warm;

import com.github.dockerjava.api.model.Statistics;
import dev.mayfly.bench.OperatorUsage;
import dev.mayfly.bench.claim.Claim;
import dev.mayfly.bench.claim.Claims;
import dev.mayfly.core.model.Samples;
import dev.mayfly.core.model.Template;
import dev.mayfly.core.model.Template.Requests;
import dev.mayfly.runtime.docker.RawEngine;
import dev.mayfly.runtime.docker.Settings;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/**
 * {@code make bench-warm}: 0 → 50 from a pool beside the raw engine's cold start and its own unpause, 0 → 1, kills, a steady
 * demand, a burst, and what 50 held replicas cost. Smaller runs, by system properties, measure something else than the claims.
 */
public final class WarmBench {
    private static final int SIZE = 50;
    private static final int ROUNDS = Integer.getInteger("mayfly.bench.rounds", 5);
    private static final int CLAIMS = Integer.getInteger("mayfly.bench.claims", 200);
    private static final int KILLS = Integer.getInteger("mayfly.bench.kills", 200);
    private static final int STEADY_SECONDS = Integer.getInteger("mayfly.bench.steady-seconds", 60);
    private static final int IDLE_SECONDS = Integer.getInteger("mayfly.bench.idle-seconds", 60);
    private static final int CLAIMS_PER_SECOND = 5;
    private static final int STANDING = 5;
    private static final int KILLED = 25;
    private static final int AT_ONCE = 8;

    private WarmBench() {}

    public static void main(String[] arguments) {
        Claims.judge(WarmBench.class, WarmBench::measure);
    }

    private static void measure(Claims claims) throws Exception {
        try (var kubernetes = new KubernetesClientBuilder().build();
                var workload = new WarmWorkload(kubernetes)) {
            var cold = raw();
            var started = workload.scaleUps(0, SIZE);
            print("mayfly, cold, 0 -> 50, each", started);
            workload.scaleDown(SIZE, 0);
            workload.pool(SIZE);
            var warm = scaleUps(workload);
            print("mayfly, warm, 0 -> 50", warm);
            claims.measured(Claim.WARM_SCALE_UP, seconds(at(warm, 50)) / seconds(at(cold, 0)));
            var one = ones(workload);
            print("mayfly, warm, 0 -> 1", one);
            claims.measured(Claim.WARM_CLAIM, seconds(at(one, 50)));
            claims.measured(Claim.WARM_CLAIM_P99, seconds(at(one, 99)));
            claims.measured(Claim.WARM_HEAL_P99, seconds(at(kills(workload), 99)));
            steady(workload, claims);
            claims.measured(Claim.WARM_BURST, seconds(at(burst(workload), 99)) / seconds(at(started, 99)));
            claims.measured(Claim.WARM_IDLE_CPU, idle(workload));
        }
    }

    /** @return times of cold starts */
    private static List<Duration> raw() throws Exception {
        var template = Samples.template("busybox:1.36")
                .withProcess(process -> process.withCommand(List.of("tail", "-f", "/dev/null")))
                .withResources(new Template.Resources(Requests.NONE, 0, 0))
                .withLifecycle(lifecycle -> lifecycle.withGrace(Duration.ZERO));
        try (var raw = new RawEngine(Settings.of("0000000bench"), template)) {
            var times = new ArrayList<Duration>();
            var loops = new ArrayList<Duration>();
            var atOnce = new ArrayList<Duration>();
            for (var round = 0; round < ROUNDS; round++) {
                times.add(raw.up(SIZE, AT_ONCE));
                raw.pause(AT_ONCE);
                loops.add(raw.unpause(1));
                raw.pause(AT_ONCE);
                atOnce.add(raw.unpause(AT_ONCE));
                raw.down(AT_ONCE);
            }
            print("raw engine, cold, 0 -> 50, 8 at once", times);
            print("raw engine, docker unpause of 50, loop", loops);
            print("raw engine, docker unpause, 8 at once", atOnce);
            return times;
        }
    }

    private static List<Duration> scaleUps(WarmWorkload workload) throws InterruptedException {
        var times = new ArrayList<Duration>();
        for (var round = 0; round < ROUNDS; round++) {
            times.add(workload.scaleUp(0, SIZE));
            workload.scaleDown(SIZE, 0);
            workload.awaitPool(SIZE);
        }
        return times;
    }

    /** Each from a full pool, while nothing else is under way: {@link #steady} shows claims beside the refill. */
    private static List<Duration> ones(WarmWorkload workload) throws InterruptedException {
        var times = new ArrayList<Duration>();
        for (var claim = 0; claim < CLAIMS; claim++) {
            times.add(workload.scaleUp(0, 1));
            workload.scaleDown(1, 0);
            workload.awaitPool(SIZE);
        }
        return times;
    }

    private static List<Duration> kills(WarmWorkload workload) throws InterruptedException {
        workload.scaleUp(0, KILLED);
        workload.awaitPool(SIZE);
        var times = new ArrayList<Duration>();
        for (var kill = 0; kill < KILLS; kill++) {
            times.add(workload.killOne());
            if (workload.held() < SIZE / 2) {
                workload.awaitPool(SIZE);
            }
        }
        print("mayfly, warm, killed -> replaced", times);
        workload.scaleDown(KILLED, STANDING);
        workload.awaitPool(SIZE);
        return times;
    }

    /** One replica more, then the oldest removed, while the pool is refilled. */
    private static void steady(WarmWorkload workload, Claims claims) throws InterruptedException {
        var times = new ArrayList<Duration>();
        var hits = 0;
        var live = new ArrayDeque<>(workload.serving());
        var begin = System.nanoTime();
        for (var claim = 0; claim < STEADY_SECONDS * CLAIMS_PER_SECOND; claim++) {
            var due = begin + claim * TimeUnit.SECONDS.toNanos(1) / CLAIMS_PER_SECOND;
            TimeUnit.NANOSECONDS.sleep(Math.max(0, due - System.nanoTime()));
            var start = workload.claim(STANDING + 1);
            var served = workload.next();
            times.add(Duration.ofNanos(served.at() - start));
            hits += served.hit() ? 1 : 0;
            live.add(served.replica());
            workload.remove(live.removeFirst(), STANDING);
        }
        var took = Duration.ofNanos(System.nanoTime() - begin);
        print("mayfly, warm, " + CLAIMS_PER_SECOND + " claims a second", times);
        System.out.printf(
                Locale.ROOT,
                "hit rate %.1f %%, %.1f claims a second%n",
                100.0 * hits / times.size(),
                times.size() / seconds(took));
        claims.measured(Claim.WARM_STEADY, seconds(at(times, 50)));
        claims.measured(Claim.WARM_STEADY_P99, seconds(at(times, 99)));
    }

    /** Twice as many replicas as the pool has. @return times of the half that was started */
    private static List<Duration> burst(WarmWorkload workload) throws InterruptedException {
        workload.claim(0);
        workload.awaitPool(SIZE);
        var times = workload.scaleUps(0, 2 * SIZE);
        print("mayfly, a burst of 100, from the pool", times.subList(0, SIZE));
        var rest = times.subList(SIZE, 2 * SIZE);
        print("mayfly, a burst of 100, started", rest);
        workload.scaleDown(2 * SIZE, 0);
        workload.awaitPool(SIZE);
        return rest;
    }

    /** @return per cent of a core that the operator uses with a full pool */
    private static double idle(WarmWorkload workload) throws Exception {
        var operator = OperatorUsage.ofRunning();
        TimeUnit.SECONDS.sleep(10); // what follows the last claim
        var held = workload.heldUsage();
        var before = operator.process().info().totalCpuDuration().orElseThrow();
        TimeUnit.SECONDS.sleep(IDLE_SECONDS);
        var used = operator.process().info().totalCpuDuration().orElseThrow().minus(before);
        var percent = 100.0 * used.toMillis() / (IDLE_SECONDS * 1000.0);
        System.out.printf(
                Locale.ROOT,
                "in %d s, the operator with %d held: %.2f %% of a core; the held: %.1f MB of memory, %.3f s of CPU"
                        + " time%n",
                IDLE_SECONDS,
                SIZE,
                percent,
                held.stream()
                                .mapToLong(each -> each.getMemoryStats().getUsage())
                                .sum()
                        / 1e6,
                (cpuNanos(workload.heldUsage()) - cpuNanos(held)) / 1e9);
        return percent;
    }

    private static long cpuNanos(List<Statistics> usage) {
        return usage.stream()
                .mapToLong(each -> each.getCpuStats().getCpuUsage().getTotalUsage())
                .sum();
    }

    private static void print(String what, List<Duration> times) {
        System.out.printf(
                Locale.ROOT,
                "%-40s n %3d  min %6.3f  p50 %6.3f  p90 %6.3f  p99 %6.3f  max %6.3f  (seconds)%n",
                what,
                times.size(),
                seconds(at(times, 0)),
                seconds(at(times, 50)),
                seconds(at(times, 90)),
                seconds(at(times, 99)),
                seconds(at(times, 100)));
    }

    private static Duration at(List<Duration> times, int percent) {
        var sorted = times.stream().sorted().toList();
        return sorted.get(Math.max(0, Math.ceilDiv(sorted.size() * percent, 100) - 1));
    }

    private static double seconds(Duration time) {
        return time.toNanos() / 1e9;
    }
}
