package dev.mayfly.runtime.docker;

import dev.mayfly.model.BegunPull;
import dev.mayfly.runtime.BegunPulls;
import dev.mayfly.runtime.ImageName;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;

/** Pulls with somebody's credentials, until it is known whose the image is that comes with them. */
final class GuardedPulls {
    private static final int WRITTEN_SECONDS = 10;

    private final Map<Key, Guarded> pulls = new ConcurrentHashMap<>();
    private volatile BegunPulls book = BegunPulls.UNWRITTEN;

    private record Key(String reference, String access) {
        static Key of(BegunPull pull) {
            return new Key(pull.reference(), pull.access());
        }
    }

    /** @param here whether an image of that id was on the engine before */
    private record Guarded(String repository, Predicate<String> here) {

        boolean brings(LocalImage image) {
            var named = image.repositories();
            return !here.test(image.id()) && (named.isEmpty() || named.contains(repository));
        }
    }

    void writeDown(BegunPulls kept) {
        book = kept;
    }

    /**
     * Blocks until it is written down.
     *
     * @param here whether an image of that id is on the engine now
     * @return the same as of when it, or an earlier one like it whose end nobody knows, began
     * @throws CompletionException with the reason, where it can't be written
     */
    Predicate<String> begin(BegunPull pull, Predicate<String> here) {
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
        return pulls.computeIfAbsent(Key.of(pull), key -> new Guarded(ImageName.fullRepository(pull.reference()), here))
                .here();
    }

    /** It is known whose it is, or that nothing came. */
    void over(BegunPull pull) {
        pulls.remove(Key.of(pull));
        book.over(pull);
    }

    /** True where nobody knows yet whose the image is. */
    boolean brings(LocalImage image) {
        return pulls.values().stream().anyMatch(pull -> pull.brings(image));
    }
}
