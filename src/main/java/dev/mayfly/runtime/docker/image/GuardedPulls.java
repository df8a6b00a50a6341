package dev.mayfly.runtime.docker.image;

import dev.mayfly.core.image.PulledImage.StartedPull;
import dev.mayfly.runtime.ImageName;
import dev.mayfly.runtime.ImagePulls.BegunPulls;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** Pulls with an owner's credentials, until the owner of the pulled image is known. */
final class GuardedPulls {
    private static final int WRITTEN_SECONDS = 10;
    /**
     * Time after which an abandoned pull has ended. An engine whose client disconnects stops a pull only between two
     * requests to the registry (Docker 20.10 does not pass its cancellation to any of them), and a silent registry
     * keeps a request open indefinitely.
     */
    static final Duration ABANDONED = Duration.ofHours(1);

    private final InstantSource clock;
    private final Map<Key, Guarded> pulls = new ConcurrentHashMap<>();
    private volatile BegunPulls book = BegunPulls.UNWRITTEN;
    private volatile Consumer<StartedPull> resolver = pull -> {};

    private record Key(String reference, String access) {
        static Key of(StartedPull pull) {
            return new Key(pull.reference(), pull.access());
        }
    }

    /**
     * @param here tests whether an image with that ID was on the engine before
     * @param until end of the wait for an abandoned pull; empty if the pull is running
     */
    private record Guarded(StartedPull pull, Predicate<String> here, Optional<Instant> until) {
        Guarded(StartedPull pull, Predicate<String> here) {
            this(pull, here, Optional.empty());
        }

        Guarded until(Instant end) {
            return new Guarded(pull, here, Optional.of(end));
        }

        boolean mayProvide(LocalImage image) {
            var named = image.repositories();
            return !here.test(image.id())
                    && (named.isEmpty() || named.contains(ImageName.fullRepository(pull.reference())));
        }
    }

    GuardedPulls(InstantSource clock) {
        this.clock = clock;
    }

    void writeDown(BegunPulls kept) {
        book = kept;
    }

    /**
     * @param listener receives an abandoned pull whose image may be inspected now; calls {@link #resolved} once the
     *     result is known
     */
    void whenLongAgo(Consumer<StartedPull> listener) {
        resolver = listener;
    }

    /**
     * Blocks until the pull is recorded.
     *
     * @param here tests whether an image with that ID is on the engine now
     * @throws CompletionException with the cause, if the pull can't be recorded
     */
    PullGuard begin(StartedPull pull, Predicate<String> here) {
        try {
            book.begin(pull)
                    .toCompletableFuture()
                    .orTimeout(WRITTEN_SECONDS, TimeUnit.SECONDS)
                    .join();
        } catch (CompletionException unwritten) {
            throw unwritten.getCause() instanceof TimeoutException
                    ? new CompletionException(new IllegalStateException(
                            "the API server did not answer within " + WRITTEN_SECONDS + " s", unwritten))
                    : unwritten;
        }
        var guarded = pulls.compute(
                Key.of(pull), (key, earlier) -> new Guarded(pull, earlier == null ? here : earlier.here()));
        return new PullGuard(guarded.here(), () -> over(pull), () -> abandon(pull));
    }

    private void over(StartedPull pull) {
        pulls.remove(Key.of(pull));
        book.over(pull);
    }

    /**
     * The result of an abandoned pull is known, and an image that it provided belongs to its owner. Does nothing if the
     * same pull is running again.
     */
    void resolved(StartedPull pull) {
        var known = pulls.get(Key.of(pull));
        if (known != null && known.until().isPresent() && pulls.remove(Key.of(pull), known)) {
            book.over(pull);
        }
    }

    private void abandon(StartedPull pull) {
        var until = clock.instant().plus(ABANDONED);
        pulls.computeIfPresent(Key.of(pull), (key, known) -> known.until(until));
    }

    /**
     * Starts to resolve the pulls that were abandoned so long ago that their images may be inspected: each once, and
     * again after the same time if the engine did not answer.
     */
    void resolveOverdue() {
        var now = clock.instant();
        pulls.forEach((key, pull) -> {
            if (pull.until().filter(now::isAfter).isPresent()
                    && pulls.replace(key, pull, pull.until(now.plus(ABANDONED)))) {
                resolver.accept(pull.pull());
            }
        });
    }

    /** True if the image may come from a pull whose owner is not known yet. */
    boolean mayProvide(LocalImage image) {
        return pulls.values().stream().anyMatch(pull -> pull.mayProvide(image));
    }

    /** Withholds images of one pull from other owners until their owner is known. */
    static final class PullGuard implements AutoCloseable {
        private final Predicate<String> here;
        private final Runnable whenOver;
        private final Runnable whenAbandoned;
        private boolean over;

        PullGuard(Predicate<String> here, Runnable whenOver, Runnable whenAbandoned) {
            this.here = here;
            this.whenOver = whenOver;
            this.whenAbandoned = whenAbandoned;
        }

        /** For a pull without an owner's credentials. */
        static PullGuard none(Predicate<String> here) {
            return new PullGuard(here, () -> {}, () -> {});
        }

        /**
         * True if an image with that ID was on the engine before this pull, or an earlier equal pull with unknown
         * result, began.
         */
        boolean here(String id) {
            return here.test(id);
        }

        /** The image's owner is known, or nothing was pulled. */
        void over() {
            over = true;
            whenOver.run();
        }

        /** Unless {@link #over} was called, the result is unknown: the image may still arrive. */
        @Override
        public void close() {
            if (!over) {
                whenAbandoned.run();
            }
        }
    }
}
