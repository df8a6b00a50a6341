package dev.mayfly.runtime;

import dev.mayfly.core.model.Failure;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletionException;

/** An image can't be provided or must not run. */
public final class ImageUnavailable extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final transient Failure failure;
    private final transient Instant again;

    public ImageUnavailable(Failure failure) {
        this(failure, null);
    }

    /** @param again when to retry; for failures without a back-off of their own */
    public ImageUnavailable(Failure failure, Instant again) {
        super(failure.message());
        this.failure = failure;
        this.again = again;
    }

    /** The failure of a stage, if it is this one, perhaps wrapped. @param failure null: the stage did not fail */
    public static Optional<ImageUnavailable> in(Throwable failure) {
        var cause = failure instanceof CompletionException wrapped ? wrapped.getCause() : failure;
        return cause instanceof ImageUnavailable unavailable ? Optional.of(unavailable) : Optional.empty();
    }

    /** When to retry; empty: the caller decides. */
    public Optional<Instant> again() {
        return Optional.ofNullable(again);
    }

    public Failure failure() {
        return failure;
    }
}
