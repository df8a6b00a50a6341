package dev.mayfly.runtime.docker.image;

import dev.mayfly.core.model.Failure;
import dev.mayfly.runtime.ImageUnavailable;
import dev.mayfly.runtime.docker.image.BackOffs.Wait;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;

/**
 * When an image may be looked into again whose look failed; one answer for all who ask for that id. Each try has the engine write
 * the whole image to its disk once more, and Engine 20.10.24 goes on with that though nobody listens any more, however many such
 * copies are under way (measured).
 */
final class FailedLooks {
    /** An id is its content for good. Not for ever: a broken store of the engine's may be mended, or its archive broke off unseen. */
    static final Duration UNREADABLE = Duration.ofDays(1);

    private static final int REMEMBERED = 1_000;

    private final InstantSource clock;
    /** As long as after a pull that failed, for the same reason: many wait, and each try is dear. */
    private final BackOffs<String> backOffs = new BackOffs<>(PullBackOff.KUBELETS, REMEMBERED);

    FailedLooks(InstantSource clock) {
        this.clock = clock;
    }

    /** @throws ImageUnavailable where it is too early for another try */
    void require(String id) {
        var now = clock.instant();
        backOffs.wait(id, now).ifPresent(wait -> {
            throw unavailable(wait, now);
        });
    }

    /** Why the last look failed; empty: it did not. */
    Optional<Failure> failure(String id) {
        return backOffs.last(id).map(Wait::failure);
    }

    /** The image can't be understood. @param words what is wrong with it */
    ImageUnavailable unreadable(String id, String words) {
        var now = clock.instant();
        var message = "Image " + id + " can't be looked into: " + words
                + ". Its content stays what it is, so that is not tried again before a day is over: build it anew and use"
                + " that; or remove it from the engine, and pull it again after 5 minutes.";
        return unavailable(backOffs.failed(id, failed(message), UNREADABLE, now), now);
    }

    /** The engine did not give all of it. @param words of the engine's, or of the connection to it */
    ImageUnavailable unsaved(String id, String words) {
        var now = clock.instant();
        var message = "Image " + id + " can't be looked into: " + words
                + ". The engine writes a copy of it to its disk before it sends it: check that its disk has room for that, and"
                + " is not too slow. It is tried again by itself, ever more rarely, up to every 5 minutes.";
        return unavailable(backOffs.failed(id, failed(message), now), now);
    }

    private static Failure failed(String message) {
        return new Failure(Failure.NOT_LOOKED_INTO, message);
    }

    /** Until soon at the latest: it may be gone by then, and come anew. */
    private static ImageUnavailable unavailable(Wait wait, Instant now) {
        var soon = now.plus(PullBackOff.KUBELETS.longest());
        return new ImageUnavailable(wait.failure(), wait.until().isBefore(soon) ? wait.until() : soon);
    }

    /** It was looked into, or is not on the engine any more. */
    void over(String id) {
        backOffs.over(id);
    }
}
