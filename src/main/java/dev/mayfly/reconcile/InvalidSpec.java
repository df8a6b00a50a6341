package dev.mayfly.reconcile;

import dev.mayfly.model.Failure;

/** A spec that can't be honoured, for a reason that the API server could not see. */
public class InvalidSpec extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** @param message for the person who wrote the spec: what is wrong and what to change */
    public InvalidSpec(String message) {
        super(message, null, false, false);
    }

    /** The same, for the workload's conditions. */
    public Failure failure() {
        return new Failure("InvalidSpec", getMessage());
    }
}
