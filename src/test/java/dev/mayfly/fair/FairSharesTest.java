package dev.mayfly.fair;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.core.model.OwnerId;
import dev.mayfly.core.model.Tenants;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class FairSharesTest {
    private static final OwnerId VICTIM = Tenants.VICTIM;
    private static final OwnerId NOISY = Tenants.owner("noisy", "a");
    private final FairShares<String> shares = new FairShares<>();

    @Test
    void aJobOfAQuietOwnerIsAmongTheNextHoweverManyOthersWait() {
        add(NOISY, 100);
        taken(10);
        shares.add(VICTIM, "victim");

        assertThat(taken(1)).containsExactly("victim");
    }

    @Test
    void namespacesGetTheSameShareHoweverManyOwnersTheyHave() {
        for (var i = 0; i < 50; i++) {
            add(Tenants.owner("noisy", "owner-" + i), 10);
        }
        add(VICTIM, 10);

        assertThat(taken(20).filter(job -> job.startsWith("victim"))).hasSizeBetween(9, 11);
    }

    @Test
    void ownersOfOneNamespaceGetTheSameShareHoweverManyJobsTheyHave() {
        add(NOISY, 100);
        add(Tenants.owner("noisy", "b"), 5);

        assertThat(taken(10).filter(job -> job.startsWith("noisy-b"))).hasSize(5);
    }

    @Test
    void aShareIsAShareOfCosts() {
        add(NOISY, 100);
        add(VICTIM, 100);
        var noisy = 0;
        for (var i = 0; i < 100; i++) {
            var turn = shares.poll(job -> true, 1).orElseThrow();
            if (turn.owner().equals(NOISY)) {
                shares.charge(NOISY, 8); // the first was paid when it was served
                noisy++;
            }
        }

        assertThat(noisy).isBetween(9, 11);
    }

    @Test
    void nobodySavesTurnsUpWhileOthersWork() {
        add(NOISY, 50);
        taken(50);
        add(NOISY, 50);
        add(VICTIM, 50);

        assertThat(taken(20).filter(job -> job.startsWith("victim"))).hasSizeBetween(9, 11);
    }

    @Test
    void aDebtOutlivesTheWait() {
        shares.add(NOISY, "expensive");
        taken(1);
        shares.charge(NOISY, 5);
        add(VICTIM, 10);
        add(NOISY, 10);

        assertThat(taken(5)).allMatch(job -> job.startsWith("victim"));
    }

    @Test
    void aJobThatIsNotOpenIsPassedOver() {
        shares.add(NOISY, "closed");
        shares.add(VICTIM, "open");
        Predicate<String> open = "open"::equals;

        assertThat(shares.has(open)).isTrue();
        assertThat(shares.poll(open, 1)).hasValue(new FairShares.Turn<>(VICTIM, "open"));
        assertThat(shares.has(open)).isFalse();
        assertThat(shares.poll(open, 1)).isEmpty();
        assertThat(taken(1)).containsExactly("closed");
        assertThat(shares.isEmpty()).isTrue();
    }

    @Test
    void aNamespaceThatIsNotAllowedIsPassedOver() {
        add(NOISY, 1);

        assertThat(shares.poll("victim"::equals, job -> true, 1)).isEmpty();
        assertThat(shares.poll("noisy"::equals, job -> true, 1)).isPresent();
    }

    private void add(OwnerId owner, int jobs) {
        for (var i = 0; i < jobs; i++) {
            shares.add(owner, owner.uid() + "-" + i);
        }
    }

    private Stream<String> taken(int jobs) {
        List<String> taken = new ArrayList<>();
        for (var i = 0; i < jobs; i++) {
            shares.poll(job -> true, 1).ifPresent(turn -> taken.add(turn.job()));
        }
        return taken.stream();
    }
}
