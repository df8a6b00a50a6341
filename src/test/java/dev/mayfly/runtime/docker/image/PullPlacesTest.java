package dev.mayfly.runtime.docker.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.awaitility.Awaitility.await;

import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PullPlacesTest {
    private PullPlaces places = new PullPlaces(2);
    private final Map<String, Thread> asking = new ConcurrentHashMap<>();
    private final Map<String, Runnable> placed = new ConcurrentHashMap<>();
    /** By reference; each of the other references has a namespace of its own. */
    private final Map<String, Set<String>> namespaces = new ConcurrentHashMap<>();

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

        assertThatCode(() -> one.take("dead/a", "dead", false, () -> Set.of("default")))
                .doesNotThrowAnyException();
    }

    @Test
    void oneNamespaceLeavesPlacesToOthersFromTheSameRegistryAndFromAnother() {
        places = new PullPlaces(5);
        stalls("hub", "noisy", 2);
        stalls("other", "noisy", 1);
        waits("hub/3", "noisy");
        waits("third/1", "noisy");

        pulls("hub/web", "victim");
        pulls("fourth/web", "quiet");
    }

    @Test
    void theNextPlaceIsForTheNamespaceWithTheFewest() {
        places = new PullPlaces(3);
        stalls("a", "noisy", 1);
        pulls("b/1", "noisier");
        pulls("c/1", "loud");
        for (var i = 2; i < 10; i++) {
            waits("a/" + i, "noisy");
        }
        waits("web/1", "victim");

        placed.get("b/1").run();

        await().until(() -> placed.containsKey("web/1"));
        assertThat(placed).doesNotContainKey("a/2");
    }

    @Test
    void anImageThatAnotherNamespaceBeginsToWaitForIsPulledAtTheTurnOfThat() {
        places = new PullPlaces(3);
        stalls("hub", "noisy", 1);
        waits("hub/web", "noisy");
        namespaces.put("hub/web", Set.of("noisy", "victim"));

        places.admit();

        await().until(() -> placed.containsKey("hub/web"));
    }

    /** Pulls that get a place and never end. */
    private void stalls(String registry, String namespace, int number) {
        for (var i = 1; i <= number; i++) {
            pulls(registry + "/" + i, namespace);
        }
    }

    private void pulls(String reference, String namespace) {
        namespaces.put(reference, Set.of(namespace));
        pulls(reference, true);
    }

    private void waits(String reference, String namespace) {
        namespaces.put(reference, Set.of(namespace));
        waits(reference, true);
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
                placed.put(
                        reference,
                        places.take(
                                reference,
                                registry(reference),
                                urgent,
                                () -> namespaces.getOrDefault(reference, Set.of(reference))));
            } catch (InterruptedException over) {
                Thread.currentThread().interrupt();
            }
        }));
    }
}
