package dev.mayfly.runtime.support;

import dev.mayfly.core.model.Launch.Priority;
import dev.mayfly.core.model.OwnerId;
import java.util.function.BooleanSupplier;

/** A queue for slow calls to the engine. */
public interface CallQueue {

    /**
     * Makes the call later. The caller never makes it itself.
     *
     * @param call returns true if the engine answered, with success or failure; false if it did not
     */
    void submit(Priority priority, OwnerId owner, BooleanSupplier call);
}
