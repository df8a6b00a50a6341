package dev.mayfly.runtime.support;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.junit.jupiter.api.Test;

/** The package that every runtime uses names no engine, not even in a comment. */
class IndependenceTest {

    @Test
    void noEngineIsNamed() throws IOException {
        try (var files = Files.list(Path.of("src/main/java/dev/mayfly/runtime/support"))) {
            var sources = files.toList();

            assertThat(sources).hasSizeGreaterThan(20);
            assertThat(sources)
                    .as("knowledge of one engine belongs into its adapter")
                    .allSatisfy(source -> assertThat(Files.readString(source).toLowerCase(Locale.ROOT))
                            .doesNotContain("docker", "moby", "containerd", "podman"));
        }
    }
}
