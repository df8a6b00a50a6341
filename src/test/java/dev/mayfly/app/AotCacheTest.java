package dev.mayfly.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.testing.OperatorProcess;
import dev.mayfly.testing.PackagedOperator;
import dev.mayfly.testing.Workloads;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The operator starts from a cache of its classes, and works. The end-to-end tests' operators start from the cache that this leaves. */
@Tag("engine")
@Tag("cluster")
class AotCacheTest {
    /** The JVM writes the cache when it ends: that takes 20 s and more. */
    private static final Duration WRITING = Duration.ofMinutes(5);

    @Test
    void anOperatorThatWorkedForAMomentLeavesACacheFromWhichTheNextOneStarts() {
        PackagedOperator.forgetTrained();
        try (var workloads = new Workloads("aot-cache");
                var operator = new OperatorProcess("aot-cache").withJvmOption(PackagedOperator.training())) {
            var trained = operator.start();
            heal(workloads);
            operator.stop(WRITING);
            var bytes = PackagedOperator.useTrained();

            var cached = operator.withoutJvmOption(PackagedOperator.training())
                    .withJvmOption("-XX:AOTMode=on") // it would not start without the cache
                    .start();
            heal(workloads);

            assertThat(bytes).isPositive();
            System.out.printf(
                    "ready after %.2f s while it was recorded, with the cache of %d MB after %.2f s%n",
                    seconds(trained), bytes / 1_000_000, seconds(cached));
        }
    }

    /** Does the work of most tests, so that the classes for it are in the cache. */
    private static void heal(Workloads workloads) {
        workloads.apply("web", 2);
        workloads.awaitRunning("web", 2);
        workloads.delete("web");
        workloads.awaitGone("web");
    }

    private static double seconds(Duration time) {
        return time.toMillis() / 1000.0;
    }
}
