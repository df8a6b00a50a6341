package dev.mayfly.docs;

import static dev.mayfly.docs.Sources.files;

import java.nio.file.Path;
import java.util.Set;
import java.util.stream.Stream;

/** README, CONTRIBUTING and the pages below {@code docs}. */
final class Pages {
    private static final Path CONTRIBUTORS = Path.of("docs/contributing");
    private static final Path DECISIONS = Path.of("docs/decisions");
    private static final Set<Path> GENERATED = Set.of(
            Path.of("docs/reference/api.md"),
            Path.of("docs/reference/cli.md"),
            Path.of("docs/reference/conditions.md"),
            Path.of("docs/reference/configuration.md"));

    private Pages() {}

    static Stream<Path> all() {
        return Stream.concat(
                Stream.of(
                        Path.of("README.md"),
                        Path.of("CONTRIBUTING.md"),
                        Path.of("CHANGELOG.md"),
                        Path.of("SECURITY.md")),
                files(Path.of("docs"), ".md"));
    }

    /** README and the pages that people write for people who run Mayfly. */
    static Stream<Path> forUsers() {
        return Stream.concat(
                Stream.of(Path.of("README.md")),
                files(Path.of("docs"), ".md")
                        .filter(page -> !page.startsWith(CONTRIBUTORS)
                                && !page.startsWith(DECISIONS)
                                && !GENERATED.contains(page)));
    }
}
