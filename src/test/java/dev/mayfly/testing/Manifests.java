package dev.mayfly.testing;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.FieldValidateable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Applies manifests as {@code kubectl apply --server-side} does: strictly, as they are written. */
final class Manifests {
    private Manifests() {}

    /** Applies all {@code *.yaml} of a directory, in the order of their names. */
    static void apply(KubernetesClient client, Path directory) {
        try (var files = Files.list(directory)) {
            for (var file :
                    files.filter(f -> f.toString().endsWith(".yaml")).sorted().toList()) {
                for (var item : client.load(Files.newInputStream(file)).items()) {
                    client.resource(item).forceConflicts().serverSideApply();
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Applies one document, which may hold fields that our types don't know. */
    static GenericKubernetesResource apply(KubernetesClient client, String namespace, String yaml) {
        var resource = client.getKubernetesSerialization().unmarshal(yaml, GenericKubernetesResource.class);
        resource.getMetadata().setNamespace(namespace);
        return client.resource(resource)
                .fieldValidation(FieldValidateable.Validation.STRICT)
                .fieldManager("kubectl")
                .forceConflicts()
                .serverSideApply();
    }
}
