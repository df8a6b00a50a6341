package dev.mayfly.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** {@code docs/reference/cli.md} is generated from the commands and checked in. */
class CommandLinePageTest {

    @Test
    void theCheckedInPageEqualsARegeneration() throws IOException {
        var page = Path.of("docs", "reference", "cli.md");
        var generated = CommandLinePage.generate();
        if (Boolean.getBoolean("mayfly.regenerate")) {
            Files.createDirectories(page.getParent());
            Files.writeString(page, generated);
        }
        assertThat(page)
                .as("run 'mvn test -Dtest=CommandLinePageTest -Dmayfly.regenerate=true' and commit the result")
                .hasContent(generated);
    }
}
