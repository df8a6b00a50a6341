package dev.mayfly.host;

import java.io.IOException;
import java.util.Optional;
import java.util.Set;

/** Where the operator writes down what must outlive it: notes that come and go, and lines that stay. */
public interface Journal {

    /** There is no place for it: nothing is kept. */
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
            // nothing is kept
        }

        @Override
        public Set<String> names() {
            return Set.of();
        }

        @Override
        public void strike(String name) {
            // nothing was kept
        }

        @Override
        public void append(String line) {
            // nothing is kept
        }
    };

    /** False where nothing is kept. */
    boolean keeps();

    /** What was noted under that name; empty: nothing, or it can't be read. */
    Optional<String> note(String name);

    /** Of one name by one thread at a time. @param name letters, digits and {@code -} only */
    void note(String name, String text) throws IOException;

    /** Of all notes, and of those whose writing was cut off. */
    Set<String> names();

    void strike(String name) throws IOException;

    /** Adds a line to {@code audit.jsonl}. Blocks until it is written. */
    void append(String line) throws IOException;
}
