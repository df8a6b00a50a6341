package dev.mayfly.operator.cleanup;

import static dev.mayfly.core.model.Samples.NOON;
import static dev.mayfly.core.model.Samples.desired;
import static dev.mayfly.core.model.Samples.observed;
import static dev.mayfly.core.model.Samples.replica;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.mayfly.api.v1alpha1.EphemeralityStatus.FindingStatus;
import dev.mayfly.core.model.Desired;
import dev.mayfly.core.model.Failure;
import dev.mayfly.core.model.Observed;
import dev.mayfly.core.model.Phase;
import dev.mayfly.core.model.Replica.Writes;
import dev.mayfly.core.model.Samples;
import dev.mayfly.core.model.Template.Requests;
import dev.mayfly.core.plan.Planner;
import dev.mayfly.operator.loop.ReconcileLoop;
import dev.mayfly.runtime.simulated.SimulatedRuntime;
import java.time.Duration;
import java.util.Collections;
import java.util.Map;
import org.junit.jupiter.api.Test;

class WorkloadTotalsTest {
    private static final WorkloadTotals BEGUN = WorkloadTotals.begun(true);

    @Test
    void everyLaunchAndEveryTerminationIsCountedOnce() {
        var engine = new SimulatedRuntime(1, NOON, Requests.NONE);
        var totals = settled(engine, BEGUN, desired(3));
        engine.kill(Samples.id(1, 1));
        totals = settled(engine, totals, desired(3));
        engine.vanish(Samples.id(2, 1));
        totals = settled(engine, totals, desired(3));
        totals = settled(engine, totals, desired(2));
        totals = settled(engine, totals, desired(0));

        assertThat(totals.lived()).isEqualTo(5);
        assertThat(totals.allEnds()).isEqualTo(Map.of("Error", 1, "Removed", 1, "ScaledDown", 3));
    }

    @Test
    void aReplicaReplacedForItsWritesIsCountedOnce() {
        var running = observed(replica(0, Phase.RUNNING));
        var lost = running.with(replica(0, Phase.RUNNING).failed(Phase.LOST, NOON, Writes.REPLACED));

        var totals = BEGUN.after(lost, Planner.plan(desired(1), lost, 8));

        assertThat(totals.lived()).isEqualTo(1);
        assertThat(totals.ended()).isEmpty();
    }

    @Test
    void unobservedTerminationsAreCountedAsUnknown() {
        var totals = BEGUN.after(observed(), Planner.plan(desired(1), observed(), 8));

        assertThat(totals.allEnds()).isEqualTo(Map.of("Unknown", 1));
    }

    @Test
    void theNumberOfReasonsIsBounded() {
        var totals = BEGUN;
        for (var i = 0; i < 100; i++) {
            var failed = observed(replica(0, Phase.PENDING)
                    .failed(Phase.FAILED, NOON.minusSeconds(60), new Failure("Reason" + i, "")));
            totals = totals.after(failed, Planner.plan(desired(1), failed, 8));
        }

        assertThat(totals.lived()).isEqualTo(100);
        assertThat(totals.ended()).hasSize(21).containsEntry("Other", 80);
    }

    @Test
    void modesImagesAndFindingsAreStoredOnce() throws JsonProcessingException {
        var finding = new FindingStatus("web-0", "/x", "Added", NOON.toString());

        var totals = BEGUN.being("Audit", null)
                .being("Audit", "sha256:a")
                .being("Enforce", "sha256:a")
                .finding(Collections.nCopies(7, finding));

        assertThat(totals.modes()).containsExactly("Audit", "Enforce");
        assertThat(totals.images()).containsExactly("sha256:a");
        assertThat(totals.findings()).isEqualTo(7);
        assertThat(totals.first()).hasSize(5);
        assertThat(totals.being("Audit", "sha256:a")).isSameAs(totals);
        var json = new ObjectMapper();
        assertThat(json.readValue(json.writeValueAsString(totals), WorkloadTotals.class))
                .isEqualTo(totals);
    }

    private static WorkloadTotals settled(SimulatedRuntime engine, WorkloadTotals before, Desired desired) {
        var totals = before;
        for (var turn = 0; turn < 20; turn++) {
            Observed observed = engine.observe(desired.owner(), engine.now());
            var plan = Planner.plan(desired, observed, 8);
            ReconcileLoop.apply(plan, engine);
            totals = totals.after(observed, plan);
            engine.advance(Duration.ofSeconds(1));
        }
        return totals;
    }
}
