package dev.mayfly.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.api.v1alpha1.CrdCompletion;
import dev.mayfly.api.v1alpha1.EphemeralWorkload;
import io.fabric8.crdv2.generator.CRDGenerator;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The CRD is generated from the Java types, checked in, and shipped with the chart. */
class CrdsAreUpToDateTest {
    private static final String FILE = "ephemeralworkloads.mayfly.dev-v1.yml";

    @ParameterizedTest
    @ValueSource(strings = {"crds", "helm/mayfly/crds"})
    void theCheckedInFileEqualsARegeneration(String directory) throws IOException {
        var checkedIn = Path.of(directory, FILE);
        var generated = generate();
        if (Boolean.getBoolean("mayfly.regenerate")) {
            Files.createDirectories(checkedIn.getParent());
            Files.writeString(checkedIn, generated);
        }
        assertThat(checkedIn)
                .as("run 'mvn test -Dtest=CrdsAreUpToDateTest -Dmayfly.regenerate=true' and commit the result")
                .hasContent(generated);
    }

    private static String generate() throws IOException {
        var directory = Files.createDirectories(Path.of("target", "crds"));
        new CRDGenerator()
                .customResourceClasses(EphemeralWorkload.class)
                .withPostProcessor(new CrdCompletion())
                .withMinQuotes(false)
                .withParallelGenerationEnabled(false)
                .forCRDVersions("v1")
                .inOutputDir(directory.toFile())
                .generate();
        return Files.readString(directory.resolve(FILE));
    }
}
