package dev.mayfly.operator.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mayfly.api.v1alpha1.EphemeralWorkload;
import dev.mayfly.core.model.OwnerId;
import dev.mayfly.core.model.Tenants;
import dev.mayfly.operator.cluster.ResourceCaches;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class ReconcileBudgetTest {
    private static final OwnerId NOISY = Tenants.owner("noisy", "web");
    private long cpu;
    private long now;
    private int reconciled;
    private final ReconcileBudget budget =
            new ReconcileBudget(new ReconcileLocks(new ResourceCaches()), () -> cpu, () -> now);

    @Test
    void oneThatIsAppliedAllTheTimeGetsAFifthOfACore() {
        for (var i = 0; i < 100_000; i++) {
            pass(Duration.ofMillis(2));
            reconcile(NOISY, Duration.ofMillis(2));
        }

        var second = Duration.ofSeconds(1).dividedBy(Duration.ofMillis(2));
        assertThat(reconciled).isLessThan((int) (second * (4 + 200 / 5) * 1.1));
        assertThat(budget.exceeded(NOISY))
                .hasValueSatisfying(why -> assertThat(why.reason()).isEqualTo("FairShareExceeded"));
        assertThat(budget.exceeded(Tenants.VICTIM)).isEmpty();
    }

    @Test
    void whatIsPutOffIsReconciledOnceThereIsBudgetAgain() {
        reconcile(NOISY, Duration.ofSeconds(5));

        var delay = reconcile(NOISY, Duration.ofMillis(1)).getScheduleDelay();

        assertThat(delay).hasValue(5000L);
        assertThat(reconciled).isEqualTo(1);
        pass(Duration.ofSeconds(5));
        reconcile(NOISY, Duration.ofMillis(1));
        assertThat(reconciled).isEqualTo(2);
    }

    @Test
    void aReconciliationThatFailsIsPaidForToo() {
        assertThatThrownBy(() -> budget.<EphemeralWorkload>within(NOISY, () -> {
                    cpu += Duration.ofSeconds(5).toNanos();
                    throw new IllegalStateException("a defect that this test makes");
                }))
                .isInstanceOf(IllegalStateException.class);

        assertThat(reconcile(NOISY, Duration.ZERO).getScheduleDelay()).isPresent();
    }

    private UpdateControl<EphemeralWorkload> reconcile(OwnerId owner, Duration cost) {
        return budget.within(owner, () -> {
            reconciled++;
            cpu += cost.toNanos();
            return UpdateControl.noUpdate();
        });
    }

    private void pass(Duration time) {
        now += time.toNanos();
    }
}
