package dev.mayfly.runtime;

import dev.mayfly.core.model.Failure;
import java.time.Instant;
import java.util.Optional;

/** An image that can't be had or must not run, with the reason. */
public final class ImageUnavailable extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final transient Failure failure;
    private final transient Instant again;

    public ImageUnavailable(Failure failure) {
        this(failure, null);
    }

    /** @param again when to ask again: what fails for this has no back-off of its own */
    public ImageUnavailable(Failure failure, Instant again) {
        super(failure.message());
        this.failure = failure;
        this.again = again;
    }

    /** When to ask again; empty: whoever asks has to know. */
    public Optional<Instant> again() {
        return Optional.ofNullable(again);
    }

    public Failure failure() {
        return failure;
    }
}
