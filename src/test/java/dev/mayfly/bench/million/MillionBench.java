package dev.mayfly.bench.million;

import dev.mayfly.bench.claim.Claim;
import dev.mayfly.bench.claim.Claims;
import dev.mayfly.core.model.Phase;
import dev.mayfly.core.model.Samples;
import dev.mayfly.core.model.Template.Requests;
import dev.mayfly.core.plan.Planner;
import dev.mayfly.operator.loop.ReconcileLoop;
import dev.mayfly.runtime.simulated.SimulatedRuntime;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.Comparator;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.options.OptionsBuilder;

/**
 * {@code make bench-simulated}: 0 → 1,000,000 replicas of one workload by the real planner and index on a simulated engine,
 * and the cost of one more replica of many. The heap that it may take is the JVM's option.
 */
public final class MillionBench {
    private static final int REPLICAS = Integer.getInteger("mayfly.bench.replicas", 1_000_000);
    private static final int MILLION = 1_000_000;
    /** So many launches are under way at once: the engine takes 0.4 s for each, and time is the simulation's own. */
    private static final int WINDOW = 5000;

    private static final Duration STEP = Duration.ofMillis(50);

    private MillionBench() {}

    public static void main(String[] arguments) {
        Claims.judge(MillionBench.class, MillionBench::measure);
    }

    private static void measure(Claims claims) throws Exception {
        var run = ScaleUp.run(REPLICAS);
        System.out.printf(
                "0 -> %,d replicas: %.1f s, %,.0f a second; %.1f s of CPU time; heap of at most %d MiB, %d MiB of it live%n",
                REPLICAS,
                run.seconds(),
                REPLICAS / run.seconds(),
                run.cpuSeconds(),
                Runtime.getRuntime().maxMemory() >> 20,
                run.liveBytes() >> 20);
        claims.measured(Claim.MILLION, run.seconds() * MILLION / REPLICAS);
        claims.measured(Claim.MILLION_HEAP, (double) run.liveBytes() / (1 << 20) * MILLION / REPLICAS);
        claims.measured(Claim.ONE_MORE, oneMore());
    }

    /** How many times as long one more replica takes beside 100,000 as beside 100. */
    private static double oneMore() throws Exception {
        var options = new OptionsBuilder()
                .include(OneMoreBenchmark.class.getName())
                .forks(1) // what the million left has no part in it
                .jvmArgs("-Xmx1g", "-XX:+UseSerialGC")
                .build();
        var results = new Runner(options)
                .run().stream()
                        .sorted(Comparator.comparingInt(
                                result -> Integer.parseInt(result.getParams().getParam("replicas"))))
                        .map(RunResult::getPrimaryResult)
                        .toList();
        return results.getLast().getScore() / results.getFirst().getScore();
    }

    /**
     * @param seconds by the clock on the wall
     * @param cpuSeconds of the thread that planned and carried out
     * @param liveBytes of the heap, with all replicas running
     */
    record ScaleUp(double seconds, double cpuSeconds, long liveBytes) {
        private static final double NANOS = 1e9;

        /** Brings up so many replicas of one workload. */
        static ScaleUp run(int replicas) {
            var desired = Samples.desired(replicas);
            var runtime = new SimulatedRuntime(1, Samples.NOON, new Requests(Long.MAX_VALUE / 2, Long.MAX_VALUE / 2));
            var threads = ManagementFactory.getThreadMXBean();
            var cpu = threads.getCurrentThreadCpuTime();
            var begun = System.nanoTime();
            for (var observed = runtime.observe(desired.owner(), runtime.now());
                    observed.count(Phase.RUNNING) < replicas;
                    observed = runtime.observe(desired.owner(), runtime.now())) {
                ReconcileLoop.apply(Planner.plan(desired, observed, WINDOW), runtime);
                runtime.advance(STEP);
            }
            var took = (System.nanoTime() - begun) / NANOS;
            var used = (threads.getCurrentThreadCpuTime() - cpu) / NANOS;
            System.gc();
            var live = Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
            if (runtime.observe(desired.owner(), runtime.now()).ready() != replicas) {
                throw new IllegalStateException("not all replicas are ready");
            }
            return new ScaleUp(took, used, live);
        }
    }
}
