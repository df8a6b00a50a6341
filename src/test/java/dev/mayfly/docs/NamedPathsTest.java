package dev.mayfly.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Files of the project that build files, scripts and source name, also in comments, exist. {@code DocsTest} has the pages. */
class NamedPathsTest {
    /** From the root of the repository. Not what follows a variable, or is only the end of a path. */
    private static final Pattern PATH =
            Pattern.compile("(?<![\\w./$}\"~*-])(?:deploy|src|docs|helm|crds)/[\\w./-]*\\w(?![\\w{*$<])");
    /** Exist only in a copy, while something is built. */
    private static final Set<String> PASSING = Set.of("docs/decisions/LIST.md");

    private static final int FEWEST_NAMED = 50;

    @Test
    void everyNamedFileExists() {
        var missing = new TreeSet<String>();
        var named = new TreeSet<String>();
        sources()
                .forEach(source -> PATH.matcher(Sources.text(source)).results().forEach(path -> {
                    named.add(path.group());
                    if (!PASSING.contains(path.group()) && !Files.exists(Path.of(path.group()))) {
                        missing.add(source + " names " + path.group());
                    }
                }));

        assertThat(missing).as("name the file that there is").isEmpty();
        assertThat(named).hasSizeGreaterThan(FEWEST_NAMED);
    }

    private static Stream<Path> sources() {
        var scripts =
                Stream.of(".sh", ".yaml", ".yml", ".txt").flatMap(ending -> Sources.files(Path.of("deploy"), ending));
        var stories = Stream.of(".bats", ".bash").flatMap(ending -> Sources.files(Path.of("src/test/shell"), ending));
        return Stream.of(
                        List.of(Path.of("pom.xml"), Path.of("Makefile"), Path.of("mkdocs.yml")).stream(),
                        scripts,
                        stories,
                        Sources.files(Path.of("src"), ".java"),
                        Sources.files(Path.of("helm"), ".yaml"))
                .flatMap(files -> files);
    }
}
