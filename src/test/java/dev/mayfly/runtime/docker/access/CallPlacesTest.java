package dev.mayfly.runtime.docker.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.mayfly.core.model.OwnerId;
import dev.mayfly.core.model.Tenants;
import dev.mayfly.runtime.ContainerAccess.Abandoned;
import dev.mayfly.runtime.docker.access.CallPlaces.Place;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.lang.Thread.State;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;

/** Who leaves while it waits for a place has none, and nobody's is lost. */
@Timeout(value = 60, threadMode = ThreadMode.SEPARATE_THREAD)
class CallPlacesTest {
    /** Of eight, that one namespace may have. */
    private static final int HALF = 4;

    private static final int TIMES = 2000;
    private static final OwnerId WEB = Tenants.owner("shop", "web");

    private final CallPlaces places = new CallPlaces();
    private final CompletableFuture<Void> left = new CompletableFuture<>();

    @Test
    void aPlaceThatIsGivenWhenItsClientHasLeftIsGivenBack() throws Exception {
        left.complete(null);

        for (var i = 0; i < 2 * HALF; i++) {
            assertThatThrownBy(() -> places.enter(WEB, left)).isInstanceOf(Abandoned.class);
        }

        assertHalfIsFree();
    }

    @Test
    void whoLeavesWhileItWaitsGivesUpAtOnce() throws Exception {
        var taken = takeHalf();
        var first = waiting(left);
        var second = waiting(left);

        left.complete(null);
        first.join();
        second.join();

        taken.forEach(Place::close);
        assertHalfIsFree();
    }

    @Test
    void aPlaceThatBecomesFreeAsItsClientLeavesIsNotLost() throws Exception {
        for (var i = 0; i < TIMES; i++) {
            var leaves = new CompletableFuture<Void>();
            var taken = takeHalf();
            var waiting = Thread.ofVirtual().start(() -> visit(leaves));
            var leaving = Thread.ofVirtual().start(() -> leaves.complete(null));
            taken.forEach(Place::close);
            leaving.join();
            waiting.join();
        }
        assertHalfIsFree();
    }

    @Test
    void whoLeavesOnceItHasAPlaceKeepsItUntilItIsClosed() throws Exception {
        var place = places.enter(WEB, left);
        for (var i = 1; i < HALF; i++) {
            places.enter(WEB);
        }
        left.complete(null);

        var fifth = waiting(new CompletableFuture<>());
        place.close();
        fifth.join();
    }

    @Test
    void whoIsInterruptedWaitsNoLonger() throws Exception {
        var taken = takeHalf();
        var waiting = waiting(left);

        waiting.interrupt();
        waiting.join();

        taken.forEach(Place::close);
        assertHalfIsFree();
    }

    private List<Place> takeHalf() throws IOException {
        var taken = new ArrayList<Place>();
        for (var i = 0; i < HALF; i++) {
            taken.add(places.enter(WEB));
        }
        return taken;
    }

    private void assertHalfIsFree() throws Exception {
        takeHalf();
        waiting(new CompletableFuture<>()).interrupt();
    }

    /** One that waits for a place. */
    private Thread waiting(CompletableFuture<Void> leaves) {
        var thread = Thread.ofVirtual().start(() -> visit(leaves));
        await().until(() -> thread.getState() == State.WAITING || !thread.isAlive());
        assertThat(thread.isAlive()).isTrue();
        return thread;
    }

    private void visit(CompletableFuture<Void> leaves) {
        try (var place = places.enter(WEB, leaves)) {
            assertThat(place).isNotNull();
        } catch (IOException gaveUp) {
            assertThat(gaveUp).isInstanceOfAny(Abandoned.class, InterruptedIOException.class);
        }
    }
}
