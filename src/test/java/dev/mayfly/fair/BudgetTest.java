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
            budget.spendRegardless(OWNER, 10);
        }
        pass(4 * 30 + 14);
        assertThat(budget.exceeded(OWNER))
                .as("its debt is bounded, but it is told one thing until then")
                .isTrue();

        pass(1);
        assertThat(budget.exceeded(OWNER)).isFalse();
    }

    /** As after a look through a layer of a million files, which began while some of the budget was left. */
    @Test
    void oneThatUsedALotAtOncePaysForAllOfIt() {
        spend(OWNER, 60 + 1000);

        assertThat(budget.delay(OWNER)).isEqualTo(Duration.ofSeconds(500));
        pass(499);
        assertThat(budget.delay(OWNER)).isPositive();
        pass(1);
        assertThat(budget.delay(OWNER)).isZero();
    }

    @Test
    void whatGoesOnRegardlessRemitsNoDebt() {
        spend(OWNER, 60 + 1000);

        budget.spendRegardless(OWNER, 10);

        assertThat(budget.delay(OWNER)).isEqualTo(Duration.ofSeconds(500));
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

    /** Such as deleted ones. */
    @Test
    void ownersThatUseNothingAnyMoreLeaveTheirPartsToTheOthers() {
        spend(Tenants.VICTIM, 1000); // another namespace is in debt all the while
        for (var i = 0; i < 200; i++) {
            spend(Tenants.owner("noisy", "gone-" + i), 1);
        }
        pass(100);

        spend(OWNER, 61);

        assertThat(budget.delay(OWNER)).isEqualTo(Duration.ofMillis(500));
    }

    @Test
    void anOwnerThatWaitsGetsTheirPartsToo() {
        for (var i = 0; i < 200; i++) {
            spend(Tenants.owner("noisy", "gone-" + i), 1);
        }
        spend(OWNER, 62);
        assertThat(budget.delay(OWNER)).isGreaterThan(Duration.ofSeconds(100));

        pass(51);
        assertThat(budget.delay(OWNER)).isBetween(Duration.ofMillis(1), Duration.ofSeconds(1));
        pass(1);
        assertThat(budget.delay(OWNER)).isZero();
    }

    private boolean spend(OwnerId owner, int amount) {
        return budget.spend(owner, amount);
    }

    private void pass(int seconds) {
        now += Duration.ofSeconds(seconds).toNanos();
    }
}
