package dev.mayfly.cli;

/** A request that can't be fulfilled. The message says what to do instead. */
final class Refusal extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Refusal(String message) {
        super(message);
    }
}
