package dev.mayfly.host;

import java.io.IOException;
import java.util.Optional;
import java.util.Set;

/** Persistent storage for what must outlive the operator: notes that are replaced and removed, and lines that stay. */
public interface Journal {

    /** A journal that stores nothing. */
    Journal NONE = new Journal() {
        @Override
        public boolean keeps() {
            return false;
        }

        @Override
        public Optional<String> note(String name) {
            return Optional.empty();
        }

        @Override
        public void note(String name, String text) {
            // stores nothing
        }

        @Override
        public Set<String> names() {
            return Set.of();
        }

        @Override
        public void delete(String name) {
            // stores nothing
        }

        @Override
        public void append(String line) {
            // stores nothing
        }
    };

    /** False if the journal stores nothing. */
    boolean keeps();

    /** The note of that name; empty if there is none or it can't be read. */
    Optional<String> note(String name);

    /**
     * Stores or replaces a note. Calls for the same name must not run at the same time.
     *
     * @param name letters, digits and {@code -}, at most 100
     */
    void note(String name, String text) throws IOException;

    /** Names of all notes, including those of which only an unfinished write exists. */
    Set<String> names();

    /** Removes a note. Idempotent. */
    void delete(String name) throws IOException;

    /** Appends a line to {@code audit.jsonl}. Blocks until it is written. */
    void append(String line) throws IOException;
}
