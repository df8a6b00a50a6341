package dev.mayfly.runtime;

import dev.mayfly.core.image.PulledImage.StartedPull;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Records pulls that use an owner's credentials before they begin. If the operator is killed after the image arrived
 * but before its owner is known, the record keeps the image from becoming available to every owner.
 */
public interface BegunPulls {
    /** Records nothing, for a runtime whose pulls don't outlive the process. */
    BegunPulls UNWRITTEN = new BegunPulls() {
        @Override
        public CompletionStage<?> begin(StartedPull pull) {
            return CompletableFuture.completedFuture(null);
        }

        @Override
        public void over(StartedPull pull) {
            // nothing was recorded
        }
    };

    /** Completes once the pull is recorded. Fails if it can't be recorded; the pull must not begin then. */
    CompletionStage<?> begin(StartedPull pull);

    /** The pull is over and its result was reported. */
    void over(StartedPull pull);
}
