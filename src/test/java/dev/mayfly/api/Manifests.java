package dev.mayfly.api;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mayfly.testing.Cluster;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.FieldValidateable.Validation;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** Manifests that are sent to the API server as they are, so that no Java type drops or adds a field. */
final class Manifests {

    private Manifests() {}

    static GenericKubernetesResource workload(String namespace, String name, String spec) {
        return manifest("EphemeralWorkload", namespace, "name: \"" + name + "\"", spec);
    }

    static GenericKubernetesResource task(String namespace, String name, String spec) {
        return manifest("EphemeralTask", namespace, "name: \"" + name + "\"", spec);
    }

    /** A task whose name the API server generates. */
    static GenericKubernetesResource taskOfGeneratedName(String namespace, String prefix, String spec) {
        return manifest("EphemeralTask", namespace, "generateName: \"" + prefix + "\"", spec);
    }

    private static GenericKubernetesResource manifest(String kind, String namespace, String named, String spec) {
        var yaml = "apiVersion: mayfly.dev/v1alpha1\nkind: " + kind + "\nmetadata: {namespace: " + namespace + ", "
                + named + "}\nspec:\n" + spec.indent(2);
        return Serialization.unmarshal(yaml, GenericKubernetesResource.class);
    }

    /** Validates the manifest on the API server as {@code kubectl apply} does, without storing it. */
    static GenericKubernetesResource check(GenericKubernetesResource manifest) {
        return Cluster.client()
                .resource(manifest)
                .dryRun(true)
                .fieldValidation(Validation.STRICT)
                .create();
    }

    /** @param message part of the error message that the user gets */
    static void assertRefused(String name, String spec, String message) {
        assertRefused(workload("default", name, spec), message);
    }

    static void assertRefused(GenericKubernetesResource manifest, String message) {
        assertThatThrownBy(() -> check(manifest))
                .isInstanceOf(KubernetesClientException.class)
                .hasMessageContaining(message);
    }

    static String read(String resource) throws IOException {
        try (var in = Manifests.class.getResourceAsStream("/api/" + resource)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
