package dev.mayfly.cli;

/** A request that can't be fulfilled. The message says what to do instead. */
public final class Refusal extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public Refusal(String message) {
        super(message);
    }
}
