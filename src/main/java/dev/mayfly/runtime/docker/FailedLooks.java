package dev.mayfly.runtime.docker;

import dev.mayfly.model.Failure;
import dev.mayfly.runtime.ImageUnavailable;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * When an image may be looked into again whose look failed; one answer for all who ask for that id. Each try has the engine write
 * the whole image to its disk once more, and Engine 20.10.24 goes on with that though nobody listens any more, however many such
 * copies are under way (measured).
 */
final class FailedLooks {
    /** As long as after a pull that failed, for the same reason: many wait, and each try is dear. */
    static final Duration FIRST = PullBackOff.FIRST;

    static final Duration LONGEST = PullBackOff.LONGEST;
    /** An id is its content for good. Not for ever: a broken store of the engine's may be mended, or its archive broke off unseen. */
    static final Duration UNREADABLE = Duration.ofDays(1);

    private static final int REMEMBERED = 1_000;

    private final InstantSource clock;
    private final Map<String, Failed> failed = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Failed> eldest) {
            return size() > REMEMBERED;
        }
    };

    /** @param delay between the failure and the next try */
    private record Failed(Failure failure, Duration delay, Instant until) {
        ImageUnavailable unavailable(Instant now) {
            var soon = now.plus(LONGEST); // it may be gone by then, and come anew
            return new ImageUnavailable(failure, until.isBefore(soon) ? until : soon);
        }
    }

    FailedLooks(InstantSource clock) {
        this.clock = clock;
    }

    /** @throws ImageUnavailable where it is too early for another try */
    synchronized void require(String id) {
        var before = failed.get(id);
        if (before != null && before.until().isAfter(clock.instant())) {
            throw before.unavailable(clock.instant());
        }
    }

    /** Why the last look failed; empty: it did not. */
    synchronized Optional<Failure> failure(String id) {
        return Optional.ofNullable(failed.get(id)).map(Failed::failure);
    }

    /** The image can't be understood. @param words what is wrong with it */
    ImageUnavailable unreadable(String id, String words) {
        var message = "Image " + id + " can't be looked into: " + words
                + ". Its content stays what it is, so that is not tried again before a day is over: build it anew and use"
                + " that; or remove it from the engine, and pull it again after 5 minutes.";
        return failed(id, message, UNREADABLE);
    }

    /** The engine did not give all of it. @param words of the engine's, or of the connection to it */
    ImageUnavailable unsaved(String id, String words) {
        var message = "Image " + id + " can't be looked into: " + words
                + ". The engine writes a copy of it to its disk before it sends it: check that its disk has room for that, and"
                + " is not too slow. It is tried again by itself, ever more rarely, up to every 5 minutes.";
        return failed(id, message, delay(id));
    }

    private synchronized ImageUnavailable failed(String id, String message, Duration delay) {
        var now = clock.instant();
        var last = new Failed(new Failure(Failure.NOT_LOOKED_INTO, message), delay, now.plus(delay));
        failed.put(id, last);
        return last.unavailable(now);
    }

    private synchronized Duration delay(String id) {
        var before = failed.get(id);
        if (before == null || before.until().plus(LONGEST.multipliedBy(2)).isBefore(clock.instant())) {
            return FIRST;
        }
        var doubled = before.delay().multipliedBy(2);
        return doubled.compareTo(LONGEST) > 0 ? LONGEST : doubled;
    }

    /** It was looked into, or is not on the engine any more. */
    synchronized void over(String id) {
        failed.remove(id);
    }
}
