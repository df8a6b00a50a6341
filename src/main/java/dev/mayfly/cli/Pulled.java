package dev.mayfly.cli;

import dev.mayfly.core.image.PulledImage;
import dev.mayfly.operator.image.PulledImagesMap;
import dev.mayfly.runtime.Ownership;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.List;

/**
 * An operator's record of an image that it pulled.
 *
 * @param cluster id of the operator's cluster
 */
public record Pulled(String cluster, PulledImage image) {

    /** The records of all operators in the cluster about that engine's images. */
    public static List<Pulled> read(KubernetesClient client, String engine) {
        return client.configMaps().inAnyNamespace().withLabel(Ownership.CLUSTER).list().getItems().stream()
                .flatMap(map -> read(map, engine).stream())
                .toList();
    }

    /** Entries that can't be parsed are skipped. */
    public static List<Pulled> read(ConfigMap map, String engine) {
        var cluster = map.getMetadata().getLabels().get(Ownership.CLUSTER);
        return PulledImagesMap.read(map, engine, spoilt -> {}).stream()
                .map(image -> new Pulled(cluster, image))
                .toList();
    }
}
