package dev.mayfly.bench.million;

import dev.mayfly.core.model.Desired;
import dev.mayfly.core.model.Observed;
import dev.mayfly.core.model.Phase;
import dev.mayfly.core.model.Samples;
import dev.mayfly.core.plan.Planner;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** One more replica of a workload: the plan, and the index from the launch until it runs. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class OneMoreBenchmark {
    private static final int WINDOW = 32;

    @Param({"100", "100000"})
    public int replicas;

    private Observed observed;
    private Desired desired;

    @Setup(Level.Trial)
    public void begin() {
        observed = Observed.none(Samples.WEB, Samples.NOON);
        for (var slot = 0; slot < replicas; slot++) {
            observed = observed.with(Samples.replica(slot, Phase.RUNNING));
        }
        desired = Samples.desired(replicas + 1);
    }

    @Benchmark
    public Observed oneMore() {
        var launch = Planner.plan(desired, observed, WINDOW).launches().getFirst();
        var pending = launch.pending(Samples.NOON);
        return observed.with(pending).with(pending.in(Phase.RUNNING, Samples.NOON));
    }
}
