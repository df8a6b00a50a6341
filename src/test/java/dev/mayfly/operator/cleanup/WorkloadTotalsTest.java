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
import dev.mayfly.core.model.Requests;
import dev.mayfly.core.model.Samples;
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
        var ledger = settled(engine, BEGUN, desired(3));
        engine.kill(Samples.id(1, 1));
        ledger = settled(engine, ledger, desired(3));
        engine.vanish(Samples.id(2, 1));
        ledger = settled(engine, ledger, desired(3));
        ledger = settled(engine, ledger, desired(2));
        ledger = settled(engine, ledger, desired(0));

        assertThat(ledger.lived()).isEqualTo(5);
        assertThat(ledger.allEnds()).isEqualTo(Map.of("Error", 1, "Removed", 1, "ScaledDown", 3));
    }

    @Test
    void aReplicaReplacedForItsWritesIsCountedOnce() {
        var running = observed(replica(0, Phase.RUNNING));
        var lost = running.with(replica(0, Phase.RUNNING).failed(Phase.LOST, NOON, Writes.REPLACED));

        var ledger = BEGUN.after(lost, Planner.plan(desired(1), lost, 8));

        assertThat(ledger.lived()).isEqualTo(1);
        assertThat(ledger.ended()).isEmpty();
    }

    @Test
    void unobservedTerminationsAreCountedAsUnknown() {
        var ledger = BEGUN.after(observed(), Planner.plan(desired(1), observed(), 8));

        assertThat(ledger.allEnds()).isEqualTo(Map.of("Unknown", 1));
    }

    @Test
    void theNumberOfReasonsIsBounded() {
        var ledger = BEGUN;
        for (var i = 0; i < 100; i++) {
            var failed = observed(replica(0, Phase.PENDING)
                    .failed(Phase.FAILED, NOON.minusSeconds(60), new Failure("Reason" + i, "")));
            ledger = ledger.after(failed, Planner.plan(desired(1), failed, 8));
        }

        assertThat(ledger.lived()).isEqualTo(100);
        assertThat(ledger.ended()).hasSize(21).containsEntry("Other", 80);
    }

    @Test
    void modesImagesAndFindingsAreStoredOnce() throws JsonProcessingException {
        var finding = new FindingStatus("web-0", "/x", "Added", NOON.toString());

        var ledger = BEGUN.being("Audit", null)
                .being("Audit", "sha256:a")
                .being("Enforce", "sha256:a")
                .finding(Collections.nCopies(7, finding));

        assertThat(ledger.modes()).containsExactly("Audit", "Enforce");
        assertThat(ledger.images()).containsExactly("sha256:a");
        assertThat(ledger.findings()).isEqualTo(7);
        assertThat(ledger.first()).hasSize(5);
        assertThat(ledger.being("Audit", "sha256:a")).isSameAs(ledger);
        var json = new ObjectMapper();
        assertThat(json.readValue(json.writeValueAsString(ledger), WorkloadTotals.class))
                .isEqualTo(ledger);
    }

    private static WorkloadTotals settled(SimulatedRuntime engine, WorkloadTotals before, Desired desired) {
        var ledger = before;
        for (var turn = 0; turn < 20; turn++) {
            Observed observed = engine.observe(desired.owner(), engine.now());
            var plan = Planner.plan(desired, observed, 8);
            ReconcileLoop.apply(plan, engine);
            ledger = ledger.after(observed, plan);
            engine.advance(Duration.ofSeconds(1));
        }
        return ledger;
    }
}
