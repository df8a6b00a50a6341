package dev.mayfly.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.testing.Cluster;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import org.junit.jupiter.api.Test;

/** What {@code kubectl explain} and {@code kubectl get} show, read back from a real API server. */
class SchemaTest {

    @Test
    void theApiServerServesTheKind() {
        assertThat(crd().getSpec().getNames().getKind()).isEqualTo("EphemeralWorkload");
    }

    private static CustomResourceDefinition crd() {
        return Cluster.client()
                .resources(CustomResourceDefinition.class)
                .withName("ephemeralworkloads.mayfly.dev")
                .get();
    }
}
