package dev.mayfly.runtime.docker.container;

import dev.mayfly.core.model.Failure;

/** A launch that is refused before it reaches the engine. */
public final class LaunchRefused extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final transient Failure failure;

    public LaunchRefused(Failure failure) {
        super(failure.message());
        this.failure = failure;
    }

    public Failure failure() {
        return failure;
    }
}
