package dev.mayfly.cli;

/** What can't be done, as a sentence that says what to do instead. */
final class Refusal extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Refusal(String message) {
        super(message);
    }
}
