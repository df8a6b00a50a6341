package dev.mayfly.docs;

import static dev.mayfly.docs.Sources.files;

import java.nio.file.Path;
import java.util.stream.Stream;

/** README, CONTRIBUTING and the pages below {@code docs}. */
final class Pages {
    private Pages() {}

    static Stream<Path> all() {
        return Stream.concat(
                Stream.of(Path.of("README.md"), Path.of("CONTRIBUTING.md")), files(Path.of("docs"), ".md"));
    }
}
