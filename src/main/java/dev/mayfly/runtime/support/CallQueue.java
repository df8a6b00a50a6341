package dev.mayfly.runtime.support;

import dev.mayfly.core.model.Launch.Priority;
import dev.mayfly.core.model.OwnerId;
import java.util.function.BooleanSupplier;

/** A queue for slow calls to the engine. */
public interface CallQueue {

    /**
     * Makes the call later, or never if it is no longer needed. The caller never makes it itself.
     *
     * @param call returns true if the engine answered, with success or failure; false if it did not
     */
    void submit(Priority priority, OwnerId owner, Call call);

    /** A call that waits. */
    @FunctionalInterface
    interface Call extends BooleanSupplier {

        /** False if the call would do nothing, now and later. No I/O, and no lock. */
        default boolean isNeeded() {
            return true;
        }
    }
}
