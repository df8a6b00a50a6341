package dev.mayfly.runtime.probe;

/** What a probe is for. */
public enum Kind {
    STARTUP("Startup"),
    READINESS("Readiness"),
    LIVENESS("Liveness"),
    BUSY("Busy");

    private final String word;

    Kind(String word) {
        this.word = word;
    }

    /** Its name at the beginning of a sentence. */
    public String word() {
        return word;
    }
}
