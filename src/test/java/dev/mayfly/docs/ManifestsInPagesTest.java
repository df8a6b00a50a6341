package dev.mayfly.docs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.docs.ManifestsInPages.Manifest;
import dev.mayfly.testing.Cluster;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.dsl.FieldValidateable.Validation;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The API server accepts every manifest that README and docs show, strictly; not those that say why they are not run. */
@Tag("cluster")
class ManifestsInPagesTest {

    static Stream<Manifest> manifests() {
        return ManifestsInPages.all()
                .filter(manifest -> manifest.block().notRun().isEmpty());
    }

    @ParameterizedTest
    @MethodSource("manifests")
    void theApiServerAcceptsIt(Manifest manifest) {
        var resource = Serialization.unmarshal(manifest.json().toString(), GenericKubernetesResource.class);
        if (!manifest.kind().equals("ImagePolicy")) {
            resource.getMetadata().setNamespace("default");
        }

        var accepted = Cluster.client()
                .resource(resource)
                .dryRun(true)
                .fieldValidation(Validation.STRICT)
                .create();

        assertThat(accepted.getKind()).isEqualTo(manifest.kind());
    }
}
