package dev.mayfly.fair;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.core.model.OwnerId;
import dev.mayfly.core.model.Tenants;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class BudgetTest {
    private static final OwnerId OWNER = Tenants.owner("noisy", "a");
    private static final OwnerId SIBLING = Tenants.owner("noisy", "quiet");
    private long now = Long.MAX_VALUE - Duration.ofSeconds(5).toNanos(); // it may overflow
    private final Budget budget = new Budget(2, 60, () -> now);

    @Test
    void aBurstIsWithinTheBudget() {
        assertThat(spend(OWNER, 60)).isTrue();
        assertThat(budget.delay(OWNER)).isZero();

        assertThat(spend(OWNER, 1)).isFalse();
        assertThat(budget.exceeded(OWNER)).isTrue();
        assertThat(budget.delay(OWNER)).isEqualTo(Duration.ofMillis(500));
    }

    @Test
    void oneASecondIsWithinItForGood() {
        for (var i = 0; i < 1000; i++) {
            pass(1);
            assertThat(spend(OWNER, 1)).isTrue();
        }
    }

    @Test
    void tenASecondAreNotForLong() {
        for (var i = 0; i < 10; i++) {
            pass(1);
            spend(OWNER, 10);
        }

        assertThat(budget.exceeded(OWNER)).isTrue();
    }

    @Test
    void oneThatGoesOnStaysBeyondItAndOneThatStopsIsWithinItOnceHalfIsThere() {
        for (var i = 0; i < 100; i++) {
            pass(1);
            spend(OWNER, 10);
        }
        pass(4 * 30 + 14);
        assertThat(budget.exceeded(OWNER))
                .as("its debt is bounded, but it is told one thing until then")
                .isTrue();

        pass(1);
        assertThat(budget.exceeded(OWNER)).isFalse();
    }

    @Test
    void aSiblingKeepsItsOwn() {
        spend(OWNER, 1000);

        assertThat(spend(SIBLING, 1)).isTrue();
        assertThat(budget.delay(SIBLING)).isZero();
    }

    @Test
    void manyOwnersOfANamespaceHaveTwiceAsMuchTogether() {
        for (var i = 0; i < 10; i++) {
            spend(Tenants.owner("noisy", "a" + i), 13);
        }

        assertThat(budget.exceeded(Tenants.owner("noisy", "a9"))).isTrue();
        assertThat(spend(SIBLING, 1)).as("it used next to nothing").isTrue();
        assertThat(spend(Tenants.VICTIM, 60)).as("another namespace").isTrue();
    }

    @Test
    void manyOwnersThatEachUseLittleHaveNoMoreForGood() {
        var within = 0;
        for (var second = 0; second < 600; second++) {
            pass(1);
            for (var i = 0; i < 10; i++) {
                within += spend(Tenants.owner("noisy", "a" + i), 1) ? 1 : 0;
            }
        }

        assertThat(within).as("of 6,000, at 4 a second and 120 at once").isLessThan(2520);
        assertThat(budget.exceeded(SIBLING)).isFalse();
    }

    private boolean spend(OwnerId owner, int amount) {
        return budget.spend(owner, amount);
    }

    private void pass(int seconds) {
        now += Duration.ofSeconds(seconds).toNanos();
    }
}
