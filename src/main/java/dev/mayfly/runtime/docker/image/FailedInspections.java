package dev.mayfly.runtime.docker.image;

import dev.mayfly.core.model.Failure;
import dev.mayfly.runtime.ImageUnavailable;
import dev.mayfly.runtime.docker.image.BackOffs.Wait;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;

/**
 * Back-offs for image inspections that failed, shared by all requests for the same ID. Each try makes the engine write
 * the whole image to its disk once more, and Engine 20.10.24 continues after the client disconnects, regardless of how
 * many such copies are running (measured).
 */
final class FailedInspections {
    /**
     * The content of an ID never changes. The failure still expires, because a broken store of the engine may be
     * repaired, or the archive may have been cut off unnoticed.
     */
    static final Duration UNREADABLE = Duration.ofDays(1);

    private static final int REMEMBERED = 1_000;

    private final InstantSource clock;
    /** Same delays as after a failed pull, for the same reason: many requests wait, and each try is expensive. */
    private final BackOffs<String> backOffs = new BackOffs<>(PullBackOff.KUBELETS, REMEMBERED);

    FailedInspections(InstantSource clock) {
        this.clock = clock;
    }

    /** @throws ImageUnavailable if it is too early for another try */
    void require(String id) {
        var now = clock.instant();
        backOffs.wait(id, now).ifPresent(wait -> {
            throw unavailable(wait, now);
        });
    }

    /** The failure of the last inspection; empty if it did not fail. */
    Optional<Failure> failure(String id) {
        return backOffs.last(id).map(Wait::failure);
    }

    /** The image is malformed. @param words what is wrong with it */
    ImageUnavailable unreadable(String id, String words) {
        var now = clock.instant();
        var message = "Image " + id + " can't be inspected: " + words
                + ". Its content does not change, so this is retried only after a day: rebuild the image and use"
                + " that; or remove it from the engine, and pull it again after 5 minutes.";
        return unavailable(backOffs.failed(id, failed(message), UNREADABLE, now), now);
    }

    /** The engine did not send the whole image. @param words message of the engine or its connection */
    ImageUnavailable unsaved(String id, String words) {
        var now = clock.instant();
        var message = "Image " + id + " can't be inspected: " + words
                + ". The engine writes a copy of it to its disk before it sends it: check that its disk has room for that, and"
                + " is not too slow. It is retried automatically, at growing intervals of up to 5 minutes.";
        return unavailable(backOffs.failed(id, failed(message), now), now);
    }

    private static Failure failed(String message) {
        return new Failure(Failure.NOT_INSPECTED, message);
    }

    /**
     * Limits the retry of the launch to the longest pull back-off: the image may be removed and pulled again by then.
     */
    private static ImageUnavailable unavailable(Wait wait, Instant now) {
        var soon = now.plus(PullBackOff.KUBELETS.longest());
        return new ImageUnavailable(wait.failure(), wait.until().isBefore(soon) ? wait.until() : soon);
    }

    /** The image was inspected, or is no longer on the engine. */
    void over(String id) {
        backOffs.over(id);
    }
}
