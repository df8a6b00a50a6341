package dev.mayfly.runtime.docker.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.awaitility.Awaitility.await;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PullPlacesTest {
    private final PullPlaces places = new PullPlaces(2);
    private final Map<String, Thread> asking = new ConcurrentHashMap<>();
    private final Map<String, Runnable> placed = new ConcurrentHashMap<>();

    @AfterEach
    void leaveNobody() {
        asking.values().forEach(Thread::interrupt);
    }

    @Test
    void soManyAtATimeAndTheNextWhenOneIsOver() {
        pulls("a", true);
        pulls("b", true);
        waits("c", true);

        placed.get("a").run();

        await().until(() -> placed.containsKey("c"));
    }

    @Test
    void pullsForLaunchesComeFirst() {
        pulls("a", true);
        pulls("b", true);
        waits("prepared", false);
        waits("launched", true);

        placed.get("a").run();

        await().until(() -> placed.containsKey("launched"));
        assertThat(placed).doesNotContainKey("prepared");
    }

    @Test
    void otherPullsLeaveTheLastSlotFree() {
        pulls("prepared", false);
        waits("also", false);

        pulls("launched", true);
        assertThat(placed).doesNotContainKey("also");
    }

    @Test
    void whatALaunchBeginsToWaitForIsHurried() {
        pulls("prepared", false);
        waits("also", false);

        places.hurry("also");

        await().until(() -> placed.containsKey("also"));
    }

    @Test
    void anAbandonedRequestDelaysNoOthers() throws InterruptedException {
        pulls("a", true);
        pulls("b", true);
        waits("c", true);
        waits("d", true);
        asking.get("c").interrupt();
        asking.get("c").join();

        placed.get("a").run();

        await().until(() -> placed.containsKey("d"));
    }

    @Test
    void aRunningRequestBecomesUrgentWhenALaunchJoins() {
        pulls("prepared", false);
        places.hurry("also");

        pulls("also", false);

        placed.remove("also").run();
        places.over("also");
        waits("also", false);
    }

    @Test
    void oneRegistryLeavesTheLastPlaceToOthers() {
        pulls("dead/a", true);
        waits("dead/b", true);

        pulls("alive/c", true);
        placed.get("alive/c").run();

        assertThat(placed).doesNotContainKey("dead/b");
        placed.get("dead/a").run();
        await().until(() -> placed.containsKey("dead/b"));
    }

    @Test
    void otherPullsBlockNoLaunchFromTheSameRegistry() {
        pulls("same/prepared", false);
        waits("same/also", false);

        pulls("same/launched", true);

        waits("same/more", true);
    }

    @Test
    void whereThereIsButOnePlaceItIsForAll() {
        var one = new PullPlaces(1);

        assertThatCode(() -> one.take("dead/a", "dead", false)).doesNotThrowAnyException();
    }

    private void pulls(String reference, boolean urgent) {
        ask(reference, urgent);
        await().until(() -> placed.containsKey(reference));
    }

    private void waits(String reference, boolean urgent) {
        ask(reference, urgent);
        await().until(() -> asking.get(reference).getState() == Thread.State.WAITING);
        assertThat(placed).doesNotContainKey(reference);
    }

    /** The part before the slash; each of the other references has a registry of its own. */
    private static String registry(String reference) {
        return reference.replaceFirst("/.*", "");
    }

    private void ask(String reference, boolean urgent) {
        asking.put(reference, Thread.ofPlatform().daemon().start(() -> {
            try {
                placed.put(reference, places.take(reference, registry(reference), urgent));
            } catch (InterruptedException over) {
                Thread.currentThread().interrupt();
            }
        }));
    }
}
