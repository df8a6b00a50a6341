package dev.mayfly.runtime.docker;

import dev.mayfly.model.Failure;

/** A launch that must not reach the engine, with the reason. */
final class CannotLaunch extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final transient Failure failure;

    CannotLaunch(Failure failure) {
        super(failure.message());
        this.failure = failure;
    }

    Failure failure() {
        return failure;
    }
}
