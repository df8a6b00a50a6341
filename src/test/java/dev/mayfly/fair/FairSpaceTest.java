package dev.mayfly.fair;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.core.model.ReplicaId;
import dev.mayfly.core.model.Tenants;
import java.util.Map;
import org.junit.jupiter.api.Test;

class FairSpaceTest {
    private static final long TOTAL = 100;
    private final FairSpace space = new FairSpace();

    @Test
    void aNamespaceHasHalfAtMostWithAllOfItsOwners() {
        assertThat(space.take(of("noisy", "a", 0), "conf", 30, TOTAL)).isTrue();
        assertThat(space.take(of("noisy", "b", 0), "conf", 20, TOTAL)).isTrue();

        assertThat(space.take(of("noisy", "c", 0), "conf", 1, TOTAL)).isFalse();
        assertThat(space.take(of("victim", "web", 0), "conf", 50, TOTAL)).isTrue();
    }

    @Test
    void aRepeatedTakeCountsOnceAndWhatIsRefusedDoesNot() {
        space.take(of("noisy", "a", 0), "conf", 50, TOTAL);

        assertThat(space.take(of("noisy", "a", 0), "conf", 50, TOTAL)).isTrue();
        assertThat(space.take(of("noisy", "a", 0), "conf", 40, TOTAL)).isTrue();
        assertThat(space.take(of("noisy", "a", 0), "other", 20, TOTAL)).isFalse();
        assertThat(space.take(of("noisy", "a", 0), "other", 10, TOTAL)).isTrue();
    }

    @Test
    void aSuccessorHasTheSpaceOfTheReplicaBeforeIt() {
        space.take(of("noisy", "a", 0), "conf", 30, TOTAL);
        space.take(of("noisy", "a", 0), "other", 20, TOTAL);
        space.leave(of("noisy", "a", 0));
        space.leave(of("noisy", "a", 0));

        assertThat(space.take(of("noisy", "a", 1), "conf", 50, TOTAL)).isTrue();
        assertThat(space.holders()).containsExactly(of("noisy", "a", 1));
    }

    @Test
    void foundBytesCountUnlessTheReplicaIsKnown() {
        space.take(of("noisy", "a", 0), "conf", 10, TOTAL);
        space.find(of("noisy", "a", 0), Map.of("conf", 99L));
        space.find(of("noisy", "a", 1), Map.of("conf", 20L, "other", 10L));

        assertThat(space.take(of("noisy", "a", 2), "conf", 11, TOTAL)).isFalse();
        assertThat(space.take(of("noisy", "a", 2), "conf", 10, TOTAL)).isTrue();
    }

    private static ReplicaId of(String namespace, String name, int slot) {
        return new ReplicaId(Tenants.owner(namespace, name), slot, 1);
    }
}
