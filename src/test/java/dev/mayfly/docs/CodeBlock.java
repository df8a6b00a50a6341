package dev.mayfly.docs;

import static dev.mayfly.docs.Sources.text;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A fenced block of a page.
 *
 * @param line the number of its first line, from 1
 * @param language as written after the fence; empty if there is none
 * @param comments of HTML, right before the fence
 * @param content with a line end after each line
 */
record CodeBlock(Path page, long line, String language, List<String> comments, String content) {
    private static final Pattern FENCED = Pattern.compile("(?ms)^((?:<!-- [^\\n]* -->\\n)*)```([\\w-]*)\\n(.*?)^```$");
    private static final Pattern COMMENT = Pattern.compile("<!-- (.*) -->");
    private static final String NOT_RUN = "not run: ";
    private static final String FILE = "file: ";
    private static final String OUTPUT = "output";
    /** In an output: any text. */
    private static final String ANY = "…";

    private static final Pattern SPACE = Pattern.compile("\\s+");

    static Stream<CodeBlock> of(Path page) {
        var text = text(page);
        return FENCED.matcher(text).results().map(block -> of(page, text, block));
    }

    private static CodeBlock of(Path page, String text, MatchResult block) {
        var comments = COMMENT.matcher(block.group(1))
                .results()
                .map(comment -> comment.group(1))
                .toList();
        var line = text.substring(0, block.start(3)).lines().count() + 1;
        return new CodeBlock(page, line, block.group(2), comments, block.group(3));
    }

    boolean isShell() {
        return language.equals("sh");
    }

    boolean isYaml() {
        return language.equals("yaml");
    }

    /** Why no test runs it as it stands; empty if {@code PagesIT} does. */
    Optional<String> notRun() {
        return comment(NOT_RUN);
    }

    /** The name under which the page's shell blocks find it. */
    Optional<String> file() {
        return comment(FILE);
    }

    /** True if this is what the shell block before it prints. */
    boolean isOutput() {
        return comments.contains(OUTPUT);
    }

    /** True if that was printed; … stands for any text in a line, spaces for any number of them. */
    boolean isPrintedBy(String printed) {
        var lines = printed.lines().map(CodeBlock::spaced).toList();
        var wanted = content.lines().map(CodeBlock::spaced).toList();
        return lines.size() == wanted.size()
                && IntStream.range(0, lines.size())
                        .allMatch(line -> Pattern.matches(pattern(wanted.get(line)), lines.get(line)));
    }

    private static String pattern(String line) {
        return Stream.of(line.split(ANY, -1)).map(Pattern::quote).collect(Collectors.joining(".*"));
    }

    private static String spaced(String line) {
        return SPACE.matcher(line.strip()).replaceAll(" ");
    }

    private Optional<String> comment(String beginning) {
        return comments.stream()
                .filter(comment -> comment.startsWith(beginning))
                .map(comment -> comment.substring(beginning.length()))
                .findFirst();
    }

    /** As a failed test names it. */
    @Override
    public String toString() {
        return page + ":" + line;
    }
}
