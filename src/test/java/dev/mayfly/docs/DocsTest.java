package dev.mayfly.docs;

import static dev.mayfly.docs.Sources.files;
import static dev.mayfly.docs.Sources.text;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Everything that the pages name exists: files, headings, make targets, tests, samples, rules. */
class DocsTest {
    private static final int README_LINES = 150;
    private static final long USERS_WORDS = 11_500;
    private static final List<String> LOOKED_UP = List.of(
            "docs/reference",
            "docs/contributing",
            "docs/decisions",
            "docs/operate/troubleshooting.md",
            "docs/operate/alerts.md");
    private static final Pattern NO_PROSE = Pattern.compile("(?ms)^```.*?^```|<!--.*?-->");
    private static final Pattern LINK = Pattern.compile("(?m)(?:\\]\\(|href=\"|^\\[[\\w-]+]: )([^)\"\\s]+)[)\"]?");
    private static final Pattern NAMED_LINK = Pattern.compile("]\\[([\\w-]+)]");
    private static final Pattern TARGET = Pattern.compile("\\bmake ([a-z]+(?:-[a-z]+)*)\\b");
    private static final Pattern COMMAND = Pattern.compile("`([^`\\n]+)`");
    private static final Pattern TEST = Pattern.compile("`(\\w+(?:Test|Contract|IT))(?:\\.(\\w+))?`");
    private static final Pattern STORY = Pattern.compile("`([\\w-]+\\.bats)`");
    private static final Pattern SAMPLE =
            Pattern.compile("\\(deploy/samples/(\\S+)\\):\\s+```yaml\\n(.*?)```", Pattern.DOTALL);

    static Stream<Path> pages() {
        return Pages.all();
    }

    @ParameterizedTest
    @MethodSource("pages")
    void everyRelativeLinkHasATarget(Path page) {
        var broken = matches(LINK, text(page))
                .map(link -> link.group(1))
                .filter(link -> !link.contains("://"))
                .filter(link -> !leadsSomewhere(page, link));

        assertThat(broken).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("pages")
    void everyNamedLinkIsDefined(Path page) {
        var text = text(page);

        assertThat(matches(NAMED_LINK, text)
                        .map(link -> link.group(1))
                        .filter(name -> !text.contains("\n[" + name + "]: ")))
                .isEmpty();
    }

    @ParameterizedTest
    @MethodSource("pages")
    void everyMakeTargetExists(Path page) {
        var targets = matches(Pattern.compile("(?m)^([a-z-]+):"), text(Path.of("Makefile")))
                .map(target -> target.group(1))
                .toList();
        var commands = Stream.concat(
                matches(COMMAND, text(page)).map(code -> code.group(1)),
                matches(Pattern.compile("(?m)^(?:sudo )?make [a-z-]+ *(?:#|&&|$).*$"), text(page))
                        .map(MatchResult::group));

        assertThat(commands.flatMap(command -> matches(TARGET, command)).map(make -> make.group(1)))
                .isSubsetOf(targets);
    }

    @ParameterizedTest
    @MethodSource("pages")
    void everyNamedTestExists(Path page) {
        var java = files(Path.of("src/test/java"), ".java").toList();
        var unknown = matches(TEST, text(page))
                .filter(test -> !exists(java, test.group(1), test.group(2)))
                .map(MatchResult::group);
        var unknownStories = matches(STORY, text(page))
                .map(story -> Path.of("src/test/shell", story.group(1)))
                .filter(Files::notExists);

        assertThat(unknown).isEmpty();
        assertThat(unknownStories).isEmpty();
    }

    @Test
    void everyThreatIsShownToBeStopped() {
        var threats = text(Path.of("docs/operate/security.md"))
                .lines()
                .dropWhile(line -> !line.startsWith("| who | "))
                .skip(2)
                .takeWhile(line -> line.startsWith("|"))
                .toList();

        assertThat(threats)
                .hasSizeGreaterThan(10)
                .allMatch(threat -> TEST.matcher(threat.substring(threat.lastIndexOf(" | ")))
                        .find());
    }

    @Test
    void everyDecisionIsListedInTheArchitecture() {
        var page = text(Path.of("docs/contributing/architecture.md"));

        assertThat(files(Path.of("docs/decisions"), ".md"))
                .allSatisfy(decision -> assertThat(page).contains("(../decisions/" + decision.getFileName() + ")"));
    }

    @Test
    void theReadmeFitsOnAFewScreens() {
        assertThat(text(Path.of("README.md")).lines().count()).isLessThan(README_LINES);
    }

    /**
     * Words in sentences and tables: nobody reads manifests and commands word by word. Pages in which one looks a reason, an
     * alert or a field up count as little as the reference.
     */
    @Test
    void thePagesForUsersAreReadInAnHour() {
        var words = files(Path.of("docs"), ".md")
                .filter(page -> LOOKED_UP.stream().noneMatch(page::startsWith))
                .mapToLong(DocsTest::words)
                .sum();

        assertThat(words).isBetween(8_000L, USERS_WORDS);
    }

    @Test
    void theSampleInTheReadmeIsTheOneInTheRepository() {
        var samples = matches(SAMPLE, text(Path.of("README.md"))).toList();

        assertThat(samples).isNotEmpty();
        assertThat(samples)
                .allSatisfy(sample ->
                        assertThat(Path.of("deploy/samples", sample.group(1))).hasContent(sample.group(2)));
    }

    @Test
    void theRemovalRulesMatchTheCode() {
        var code = matches(
                Pattern.compile("/\\*\\* (\\d)\\. ([^.:]+[.:]?)"),
                text(Path.of("src/main/java/dev/mayfly/core/model/RemovalOrder.java")));
        var page = text(Path.of("docs/guides/workloads.md"));

        assertThat(code.map(rule -> rule.group(1) + ". " + rule.group(2)).filter(rule -> !page.contains(rule)))
                .isEmpty();
    }

    private static long words(Path page) {
        return NO_PROSE.matcher(text(page)).replaceAll("").strip().split("\\s+").length;
    }

    private static boolean leadsSomewhere(Path page, String link) {
        var parts = link.split("#", 2);
        var target = parts[0].isEmpty() ? page : page.resolveSibling(parts[0]).normalize();
        return Files.exists(target) && (parts.length == 1 || headings(target).contains(parts[1]));
    }

    /** Headings in the form of the anchors that code hosts generate. */
    private static List<String> headings(Path page) {
        return matches(Pattern.compile("(?m)^#+ (.*)$"), text(page))
                .map(heading -> heading.group(1)
                        .toLowerCase()
                        .replaceAll("[^\\w\\- ]", "")
                        .replace(' ', '-'))
                .toList();
    }

    private static boolean exists(List<Path> java, String test, String method) {
        return java.stream()
                .filter(file -> file.getFileName().toString().equals(test + ".java"))
                .anyMatch(file -> method == null || text(file).contains(" " + method + "("));
    }

    private static Stream<MatchResult> matches(Pattern pattern, String text) {
        return pattern.matcher(text).results();
    }
}
