package dev.mayfly.fair;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mayfly.core.model.OwnerId;
import dev.mayfly.core.model.Tenants;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

class FairPermitsTest {
    private final FairPermits permits = new FairPermits(1);
    private final List<String> granted = new CopyOnWriteArrayList<>();

    @Test
    void aQuietOwnerIsAmongTheNextHoweverManyOthersWait() throws Exception {
        permits.acquire(Tenants.VICTIM);
        for (var i = 0; i < 5; i++) {
            wait(Tenants.owner("noisy", "owner-" + i));
        }
        wait(Tenants.owner("quiet", "web"));

        permits.release();
        permits.release();
        await().until(() -> granted.size() == 2);

        assertThat(granted).contains("quiet");
    }

    @Test
    void oneThatIsInterruptedLeavesThePermitToOthers() throws Exception {
        permits.acquire(Tenants.VICTIM);
        var interrupted = wait(Tenants.owner("noisy", "a"));
        interrupted.interrupt();
        interrupted.join();
        wait(Tenants.owner("quiet", "web"));

        permits.release();

        await().untilAsserted(() -> assertThat(granted).containsExactly("quiet"));
    }

    /** Returns once the thread waits. */
    private Thread wait(OwnerId owner) {
        var waiting = Thread.ofVirtual().start(() -> {
            try {
                permits.acquire(owner);
                granted.add(owner.namespace());
            } catch (InterruptedException gone) {
                Thread.currentThread().interrupt();
            }
        });
        await().until(() -> waiting.getState() == Thread.State.WAITING);
        return waiting;
    }
}
