package dev.mayfly.runtime;

import dev.mayfly.core.image.StartedPull;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Where pulls with somebody's credentials are written down before they begin: an operator that is killed when the engine has the
 * image, and nobody knows yet whose it is, must not make it everybody's.
 */
public interface BegunPulls {
    /** Where nothing outlives the process anyway. */
    BegunPulls UNWRITTEN = new BegunPulls() {
        @Override
        public CompletionStage<?> begin(StartedPull pull) {
            return CompletableFuture.completedFuture(null);
        }

        @Override
        public void over(StartedPull pull) {
            // nothing was written
        }
    };

    /** Answers when it is written. Fails where it can't be: then it must not be pulled. */
    CompletionStage<?> begin(StartedPull pull);

    /** It is over, and what came of it was told. */
    void over(StartedPull pull);
}
