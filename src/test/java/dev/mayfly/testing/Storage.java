package dev.mayfly.testing;

import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** PersistentVolumes and claims, made by hand. */
public final class Storage implements AutoCloseable {
    private static final Set<String> KNOWN = Set.of("Available", "Bound");
    private static final Duration SOON = Duration.ofMinutes(3);

    private final KubernetesClient client = Cluster.client();
    private final String namespace;
    private final List<String> volumes = new ArrayList<>();

    public Storage(String namespace) {
        this.namespace = namespace;
    }

    /** @param more YAML of the claim's spec besides its size */
    public void claim(String name, String more) {
        var yaml = """
                apiVersion: v1
                kind: PersistentVolumeClaim
                metadata: {name: %s}
                spec:
                  resources: {requests: {storage: 1Mi}}
                """.formatted(name) + more.indent(2);
        var claim = client.getKubernetesSerialization().unmarshal(yaml, PersistentVolumeClaim.class);
        claim.getMetadata().setNamespace(namespace);
        client.resource(claim).create();
    }

    /** A claim and a volume for it, named after the namespace and it. @param source YAML of the volume's spec */
    public void bound(String name, String accessMode, String source) {
        volume(name, accessMode, source);
        claim(name, "accessModes: [%s]\nstorageClassName: ''\nvolumeName: %s\n".formatted(accessMode, nameOf(name)));
        awaitBound(name);
    }

    public void volume(String name, String accessMode, String source) {
        volumes.add(nameOf(name));
        var yaml = """
                apiVersion: v1
                kind: PersistentVolume
                metadata: {name: %s}
                spec:
                  capacity: {storage: 1Mi}
                  accessModes: [%s]
                  persistentVolumeReclaimPolicy: Retain
                """.formatted(nameOf(name), accessMode) + source.indent(2);
        client.resource(client.getKubernetesSerialization().unmarshal(yaml, PersistentVolume.class))
                .create();
        await("the cluster knows volume " + nameOf(name)).atMost(SOON).until(() -> {
            var status = client.persistentVolumes().withName(nameOf(name)).get().getStatus();
            return status != null
                    && KNOWN.contains(String.valueOf(status.getPhase())); // a claim that waited may have it already
        });
    }

    /** Has the cluster look at the claim at once, and not within 15 s. */
    public void touch(String name) {
        // Without a resourceVersion: the cluster's controller writes the claim at the same time.
        client.persistentVolumeClaims()
                .inNamespace(namespace)
                .withName(name)
                .patch(
                        PatchContext.of(PatchType.JSON_MERGE),
                        Serialization.asJson(Map.of(
                                "metadata",
                                Map.of(
                                        "annotations",
                                        Map.of(
                                                "example.org/touched",
                                                Instant.now().toString())))));
    }

    public String nameOf(String volume) {
        return namespace + "-" + volume;
    }

    /** A {@code local} volume of the node with that host name. */
    public static String local(Path path, String node) {
        return """
                local: {path: %s}
                nodeAffinity:
                  required:
                    nodeSelectorTerms:
                      - matchExpressions: [{key: kubernetes.io/hostname, operator: In, values: [%s]}]
                """.formatted(path, node);
    }

    public void awaitBound(String name) {
        await("claim " + name + " is bound")
                .atMost(SOON)
                .pollInterval(Duration.ofMillis(300))
                .until(() -> {
                    touch(name);
                    return "Bound".equals(get(name).getStatus().getPhase());
                });
    }

    /** @return null where there is none */
    public PersistentVolumeClaim get(String name) {
        return client.persistentVolumeClaims()
                .inNamespace(namespace)
                .withName(name)
                .get();
    }

    /** Returns at once: a finalizer may hold it. */
    public void delete(String name) {
        client.persistentVolumeClaims().inNamespace(namespace).withName(name).delete();
    }

    @Override
    public void close() {
        client.persistentVolumeClaims().inNamespace(namespace).delete();
        volumes.forEach(name -> client.persistentVolumes().withName(name).delete());
    }
}
