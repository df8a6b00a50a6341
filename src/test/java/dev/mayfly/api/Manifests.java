package dev.mayfly.api;

import dev.mayfly.testing.Cluster;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.dsl.FieldValidateable.Validation;
import io.fabric8.kubernetes.client.utils.Serialization;

/** Manifests of workloads, sent to the API server as they are written: no Java type drops or adds a field. */
final class Manifests {

    private Manifests() {}

    static GenericKubernetesResource workload(String namespace, String name, String spec) {
        var yaml = "apiVersion: mayfly.dev/v1alpha1\nkind: EphemeralWorkload\nmetadata: {namespace: " + namespace
                + ", name: \"" + name + "\"}\nspec:\n" + spec.indent(2);
        return Serialization.unmarshal(yaml, GenericKubernetesResource.class);
    }

    /** Asks the API server to check the manifest as it does for {@code kubectl apply}, without keeping it. */
    static GenericKubernetesResource check(GenericKubernetesResource workload) {
        return Cluster.client()
                .resource(workload)
                .dryRun(true)
                .fieldValidation(Validation.STRICT)
                .create();
    }
}
