package dev.mayfly.runtime.probe;

/** The purpose of a probe. */
public enum Kind {
    STARTUP("Startup"),
    READINESS("Readiness"),
    LIVENESS("Liveness"),
    BUSY("Busy");

    private final String word;

    Kind(String word) {
        this.word = word;
    }

    /** The name at the beginning of a sentence. */
    public String word() {
        return word;
    }
}
