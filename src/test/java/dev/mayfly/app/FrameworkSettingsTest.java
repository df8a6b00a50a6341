package dev.mayfly.app;

import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** By default, the framework tries five times and then does nothing for ten hours. Mayfly's settings differ. */
class FrameworkSettingsTest {
    private static final String CONTROLLERS = "quarkus.operator-sdk.controllers.";
    private static final Pattern NAME = Pattern.compile("@ControllerConfiguration\\(\\s*name = \"(\\w+)\"");

    @Test
    void everyControllerTriesForEverAndLooksAgainEveryTenMinutes() throws IOException {
        var settings = new Properties();
        try (var file = Files.newBufferedReader(Path.of("src/main/resources/application.properties"))) {
            settings.load(file);
        }
        try (Stream<Path> sources = Files.walk(Path.of("src/main/java"))) {
            var controllers = sources.filter(Files::isRegularFile)
                    .flatMap(source -> NAME.matcher(read(source)).results())
                    .map(found -> found.group(1))
                    .collect(toSet());

            assertThat(controllers).hasSizeGreaterThan(2).allSatisfy(name -> {
                assertThat(settings).containsEntry(CONTROLLERS + name + ".max-reconciliation-interval", "PT10M");
                assertThat(settings).containsEntry(CONTROLLERS + name + ".retry.max-attempts", "2147483647");
            });
        }
    }

    private static String read(Path source) {
        try {
            return Files.readString(source);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
