package dev.mayfly.docs;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** Pages and source files of the project, for the tests that compare them. */
final class Sources {
    private Sources() {}

    /** Files at any depth below that directory, in order. */
    static Stream<Path> files(Path root, String ending) {
        try (var files = Files.walk(root)) {
            return files.filter(file -> file.toString().endsWith(ending)).sorted().toList().stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
