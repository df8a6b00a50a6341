package dev.mayfly.operator.cluster;

import dev.mayfly.core.model.Failure;

/** A spec that can't be honored, for a reason that the API server could not detect. */
public class InvalidSpec extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String reason;

    /** @param message for the author of the spec: the error and how to correct it */
    public InvalidSpec(String message) {
        this("InvalidSpec", message);
    }

    /** @param reason reason of the condition, in CamelCase */
    public InvalidSpec(String reason, String message) {
        super(message, null, false, false);
        this.reason = reason;
    }

    /** The error as the workload's conditions report it. */
    public Failure failure() {
        return new Failure(reason, getMessage());
    }
}
