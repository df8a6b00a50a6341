package dev.mayfly.runtime.support;

/** The engine, or its host, answered that it does not do what it was asked for. Any other exception is silence: the outcome is not known. */
public final class EngineRefused extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** @param message says why, in words that may be shown */
    public EngineRefused(String message) {
        super(message);
    }
}
