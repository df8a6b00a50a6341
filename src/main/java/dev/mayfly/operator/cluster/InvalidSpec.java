package dev.mayfly.operator.cluster;

import dev.mayfly.core.model.Failure;

/** A spec that can't be honoured, for a reason that the API server could not see. */
public class InvalidSpec extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String reason;

    /** @param message for the person who wrote the spec: what is wrong and what to change */
    public InvalidSpec(String message) {
        this("InvalidSpec", message);
    }

    /** @param reason of the condition, a CamelCase word */
    public InvalidSpec(String reason, String message) {
        super(message, null, false, false);
        this.reason = reason;
    }

    /** The same, for the workload's conditions. */
    public Failure failure() {
        return new Failure(reason, getMessage());
    }
}
