package dev.mayfly.docs;

import static dev.mayfly.docs.Sources.text;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Reasons that the pages send a reader to are in the generated list of reasons. */
class ReasonsInPagesTest {
    private static final Path LIST = Path.of("docs/reference/conditions.md");
    private static final Path TROUBLESHOOTING = Path.of("docs/operate/troubleshooting.md");

    private static final Pattern LISTED = Pattern.compile("(?m)^\\| (?:<a [^>]*></a>)?`(\\w+)`");
    private static final Pattern FIRST_CELL = Pattern.compile("(?m)^\\| ((?:`\\w+`(?:, )?)+) \\|");
    private static final Pattern REASON = Pattern.compile("`([A-Z]\\w+)`");
    private static final Pattern IN_A_SENTENCE = Pattern.compile("(?:reason|`Degraded` is) `([A-Z]\\w+)`");

    @Test
    void everyReasonInTroubleshootingIsListed() {
        var named = FIRST_CELL
                .matcher(text(TROUBLESHOOTING))
                .results()
                .flatMap(cell -> REASON.matcher(cell.group(1)).results())
                .map(reason -> reason.group(1))
                .collect(Collectors.toSet());

        assertThat(named).hasSizeGreaterThan(10).isSubsetOf(listed());
    }

    @Test
    void everyReasonThatAPageNamesAsOneIsListed() {
        var named = Stream.of("guides", "operate")
                .flatMap(directory -> Sources.files(Path.of("docs", directory), ".md"))
                .flatMap(page -> IN_A_SENTENCE.matcher(text(page)).results())
                .map(reason -> reason.group(1))
                .collect(Collectors.toSet());

        assertThat(named).hasSizeGreaterThan(4).isSubsetOf(listed());
    }

    private static Set<String> listed() {
        return LISTED.matcher(text(LIST))
                .results()
                .map(reason -> reason.group(1))
                .collect(Collectors.toSet());
    }
}
