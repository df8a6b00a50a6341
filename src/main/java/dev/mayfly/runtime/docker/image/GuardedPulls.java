package dev.mayfly.runtime.docker.image;

import dev.mayfly.core.image.StartedPull;
import dev.mayfly.runtime.BegunPulls;
import dev.mayfly.runtime.ImageName;
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

/** Pulls with somebody's credentials, until it is known whose the image is that comes with them. */
final class GuardedPulls {
    private static final int WRITTEN_SECONDS = 10;
    /**
     * An engine that nobody listens to any longer stops a pull, but only between two requests to the registry (Docker 20.10 hands
     * its own cancellation to none of them), and a registry that is silent keeps one open for as long as it likes.
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
     * @param here whether an image of that id was on the engine before
     * @param until empty: it is under way
     */
    private record Guarded(StartedPull pull, Predicate<String> here, Optional<Instant> until) {
        Guarded(StartedPull pull, Predicate<String> here) {
            this(pull, here, Optional.empty());
        }

        Guarded until(Instant end) {
            return new Guarded(pull, here, Optional.of(end));
        }

        boolean brings(LocalImage image) {
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

    /** @param asked told of an abandoned pull whose image may be looked for now; calls {@link #resolved} when that is known */
    void whenLongAgo(Consumer<StartedPull> asked) {
        resolver = asked;
    }

    /**
     * Blocks until it is written down.
     *
     * @param here whether an image of that id is on the engine now
     * @throws CompletionException with the reason, where it can't be written
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

    /** What an abandoned pull brought, if anything, is known to be theirs who began it. One like it may be under way again. */
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

    /** True where nobody knows yet whose the image is. */
    boolean brings(LocalImage image) {
        var now = clock.instant();
        pulls.forEach((key, pull) -> {
            // asked once, and again after the same time where it could not be found out
            if (pull.until().filter(now::isAfter).isPresent()
                    && pulls.replace(key, pull, pull.until(now.plus(ABANDONED)))) {
                resolver.accept(pull.pull());
            }
        });
        return pulls.values().stream().anyMatch(pull -> pull.brings(image));
    }

/** Keeps what comes with one pull from all others, until it is known whose it is. */
final static class PullGuard implements AutoCloseable {
    private final Predicate<String> here;
    private final Runnable whenOver;
    private final Runnable whenAbandoned;
    private boolean over;

    PullGuard(Predicate<String> here, Runnable whenOver, Runnable whenAbandoned) {
        this.here = here;
        this.whenOver = whenOver;
        this.whenAbandoned = whenAbandoned;
    }

    /** Of a pull that is everybody's. */
    static PullGuard none(Predicate<String> here) {
        return new PullGuard(here, () -> {}, () -> {});
    }

    /** True where an image of that id was on the engine before the pull, or one like it whose end nobody knows, began. */
    boolean here(String id) {
        return here.test(id);
    }

    /** It is known whose it is, or that nothing came. */
    void over() {
        over = true;
        whenOver.run();
    }

    /** Unless it is over nobody knows its end: the image may still come. */
    @Override
    public void close() {
        if (!over) {
            whenAbandoned.run();
        }
    }
}
}
