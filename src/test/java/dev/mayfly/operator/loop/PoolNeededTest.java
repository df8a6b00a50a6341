package dev.mayfly.operator.loop;

import static dev.mayfly.core.model.Samples.WEB;
import static dev.mayfly.core.model.Samples.desired;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.config.Configs;
import dev.mayfly.core.model.Desired.WarmPool;
import dev.mayfly.core.model.Desired.WarmPool.Hold;
import dev.mayfly.core.model.Observed;
import dev.mayfly.core.model.Phase;
import dev.mayfly.core.model.Template.Requests;
import dev.mayfly.host.Journal;
import dev.mayfly.operator.cleanup.WorkloadTotalsJournal;
import dev.mayfly.operator.cluster.ResourceCaches;
import dev.mayfly.operator.event.EventRecorder;
import dev.mayfly.operator.image.PolicyEvaluation;
import dev.mayfly.operator.image.RolloutImagePull;
import dev.mayfly.operator.loop.ReconcileLoop.KindStrategy;
import dev.mayfly.runtime.Measuring.Measurement.PoolNeeded;
import dev.mayfly.runtime.Runtimes;
import dev.mayfly.runtime.simulated.SimulatedRuntime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** How many replicas a workload with a pool of two needed, and how many of them the pool provided. */
class PoolNeededTest {
    /** Its time is later than that of the plans, so that their launches are due. */
    private final SimulatedRuntime engine =
            new SimulatedRuntime(1, Instant.now().plus(Duration.ofHours(1)), new Requests(64_000, 256L << 30));

    private final ReconcileLoop loop = loop();
    private final List<PoolNeeded> needed = new ArrayList<>();

    @Test
    void aReleaseIsAHitAndAStartAMissOnceEach() {
        engine.measuring().orElseThrow().onMeasurement(measurement -> {
            if (measurement instanceof PoolNeeded found) {
                needed.add(found);
            }
        });
        settle(0);
        assertThat(observed().pool().count(Phase.HELD)).isEqualTo(2);
        assertThat(needed).isEmpty();

        reconcile(3);
        reconcile(3); // nothing has come of it yet
        assertThat(needed).containsExactly(new PoolNeeded(2, 0));

        settle(3);
        assertThat(observed().ready()).isEqualTo(3);
        assertThat(observed().pool().count(Phase.HELD)).isEqualTo(2);
        assertThat(needed).containsExactly(new PoolNeeded(2, 0), new PoolNeeded(0, 1));
    }

    private void settle(int replicas) {
        for (var step = 0; step < 10; step++) {
            engine.advance(Duration.ofSeconds(30));
            reconcile(replicas);
        }
    }

    private void reconcile(int replicas) {
        var pool = new WarmPool(2, 0, Integer.MAX_VALUE, Hold.Paused);
        loop.reconcile(desired(replicas).withWarm(pool), Runtimes.Named.only("Simulated"), new KindStrategy() {});
    }

    private Observed observed() {
        return engine.seen(WEB);
    }

    private ReconcileLoop loop() {
        var config = Configs.of(Map.of());
        var runtimes = new Runtimes(Map.of("Simulated", engine));
        var totals = new WorkloadTotalsJournal(Journal.NONE);
        return new ReconcileLoop(
                runtimes,
                new Admission(config),
                new WriteEvents(new EventRecorder(null, runtimes), totals),
                totals,
                new PolicyEvaluation(null, null, config), // there are no images to evaluate
                new RolloutImagePull(),
                new ReconcileBudget(new ReconcileLocks(new ResourceCaches())),
                config);
    }
}
