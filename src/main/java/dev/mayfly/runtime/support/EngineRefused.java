package dev.mayfly.runtime.support;

/**
 * The engine or its host refused a request. Any other exception means that it did not answer and the outcome is
 * unknown.
 */
public final class EngineRefused extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** @param message the reason, in words that may be shown to users */
    public EngineRefused(String message) {
        super(message);
    }
}
