package dev.mayfly.bench.million;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.bench.million.MillionBench.ScaleUp;
import org.junit.jupiter.api.Test;

/** {@code make bench-simulated} in short. */
class ScaleUpTest {
    private static final int REPLICAS = 60_000;
    /** A third of what the bench shows: here only the quick compiler works, and other tests run beside this one. */
    private static final int A_SECOND = 5_000;
    /** A million fit into 1 GiB. */
    private static final int BYTES = 1000;

    @Test
    void replicasAreLaunchedFastAndTakeLittleMemory() {
        var before = ScaleUp.run(1).liveBytes();

        var run = ScaleUp.run(REPLICAS);

        assertThat(REPLICAS / run.cpuSeconds()).isGreaterThan(A_SECOND);
        assertThat((run.liveBytes() - before) / REPLICAS).isLessThan(BYTES);
    }
}
