package dev.mayfly.runtime;

/** The runtime can't be reached, so its state is unknown: neither zero nor the last known state. */
public class RuntimeUnavailable extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** @param message what could not be reached and what to check, for the user who must act */
    public RuntimeUnavailable(String message, Throwable cause) {
        super(message, cause);
    }
}
