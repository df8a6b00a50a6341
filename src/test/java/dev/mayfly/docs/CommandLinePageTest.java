package dev.mayfly.docs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.mayfly.app.MayflyCommand;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** {@code docs/reference/cli.md} is generated from the commands and checked in. */
class CommandLinePageTest {
    private static final Path PAGE = Path.of("docs", "reference", "cli.md");
    /** The shell takes this away before the command sees its words. */
    private static final Pattern OF_THE_SHELL = Pattern.compile("\\s*(\\||>|<).*");

    @Test
    void theCheckedInPageEqualsARegeneration() throws IOException {
        var generated = CommandLinePage.generate();
        if (Boolean.getBoolean("mayfly.regenerate")) {
            Files.createDirectories(PAGE.getParent());
            Files.writeString(PAGE, generated);
        }
        assertThat(PAGE)
                .as("run 'mvn test -Dtest=CommandLinePageTest -Dmayfly.regenerate=true' and commit the result")
                .hasContent(generated);
    }

    @Test
    void theCommandsUnderstandTheExamples() {
        assertThat(examples())
                .hasSizeGreaterThanOrEqualTo(15)
                .allSatisfy(example -> assertThatCode(
                                () -> MayflyCommand.commandLine().parseArgs(words(example)))
                        .as(example)
                        .doesNotThrowAnyException());
    }

    private static Stream<String> examples() {
        return CodeBlock.of(PAGE)
                .filter(CodeBlock::isShell)
                .flatMap(block -> block.content().lines())
                .filter(line -> line.startsWith("mayfly "));
    }

    private static String[] words(String example) {
        return Arrays.stream(OF_THE_SHELL.matcher(example).replaceFirst("").split(" "))
                .skip(1)
                .toArray(String[]::new);
    }
}
