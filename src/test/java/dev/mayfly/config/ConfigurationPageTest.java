package dev.mayfly.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** {@code docs/reference/configuration.md} is generated from {@link MayflyConfig} and checked in. */
class ConfigurationPageTest {

    @Test
    void theCheckedInPageEqualsARegeneration() throws IOException {
        var page = Path.of("docs", "reference", "configuration.md");
        var sources = Path.of("src/main/java/dev/mayfly/config");
        var generated = ConfigurationPage.generate(Files.readString(sources.resolve("MayflyConfig.java"))
                + Files.readString(sources.resolve("ActivatorConfig.java"))
                + Files.readString(sources.resolve("HostPortsConfig.java"))
                + Files.readString(sources.resolve("ScannerConfig.java"))
                + Files.readString(sources.resolve("TracingConfig.java")));
        if (Boolean.getBoolean("mayfly.regenerate")) {
            Files.writeString(page, generated);
        }
        assertThat(page)
                .as("run 'mvn test -Dtest=ConfigurationPageTest -Dmayfly.regenerate=true' and commit the result")
                .hasContent(generated);
    }
}
