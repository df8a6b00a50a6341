package dev.mayfly.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.api.v1alpha1.CrdCompletion;
import dev.mayfly.api.v1alpha1.EphemeralTask;
import dev.mayfly.api.v1alpha1.EphemeralWorkload;
import dev.mayfly.api.v1alpha1.ImagePolicy;
import io.fabric8.crdv2.generator.CRDGenerator;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The CRD is generated from the Java types, checked in, and shipped with the chart. */
class CrdsAreUpToDateTest {

    @ParameterizedTest
    @CsvSource({
        "crds, ephemeraltasks",
        "crds, ephemeralworkloads",
        "crds, imagepolicies",
        "helm/mayfly/crds, ephemeraltasks",
        "helm/mayfly/crds, ephemeralworkloads",
        "helm/mayfly/crds, imagepolicies"
    })
    void theCheckedInFileEqualsARegeneration(String directory, String kinds) throws IOException {
        var checkedIn = Path.of(directory, kinds + ".mayfly.dev-v1.yml");
        var generated = Files.readString(generate().resolve(checkedIn.getFileName()));
        if (Boolean.getBoolean("mayfly.regenerate")) {
            Files.createDirectories(checkedIn.getParent());
            Files.writeString(checkedIn, generated);
        }
        assertThat(checkedIn)
                .as("run 'mvn test -Dtest=CrdsAreUpToDateTest -Dmayfly.regenerate=true' and commit the result")
                .hasContent(generated);
    }

    private static Path generate() throws IOException {
        var directory = Files.createDirectories(Path.of("target", "crds"));
        new CRDGenerator()
                .customResourceClasses(EphemeralTask.class, EphemeralWorkload.class, ImagePolicy.class)
                .withPostProcessor(new CrdCompletion())
                .withMinQuotes(false)
                .withParallelGenerationEnabled(false)
                .forCRDVersions("v1")
                .inOutputDir(directory.toFile())
                .generate();
        return directory;
    }
}
