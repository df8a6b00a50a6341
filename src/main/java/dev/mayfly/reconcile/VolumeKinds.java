package dev.mayfly.reconcile;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.PersistentVolume;
import java.util.Map;
import java.util.Set;

/** What a PersistentVolume is made of, in the words of its spec: {@code nfs}, or {@code csi (ebs.csi.aws.com)}. */
final class VolumeKinds {
    private static final ObjectMapper JSON = new ObjectMapper();
    /** Fields of a volume's spec that are objects and no source. */
    private static final Set<String> NO_SOURCES = Set.of("capacity", "claimRef", "nodeAffinity");

    private VolumeKinds() {}

    static String of(PersistentVolume volume) {
        if (volume.getSpec().getCsi() != null) {
            return "csi (" + volume.getSpec().getCsi().getDriver() + ")";
        }
        JsonNode spec = JSON.valueToTree(volume.getSpec());
        return spec.properties().stream()
                .filter(field -> field.getValue().isObject() && !NO_SOURCES.contains(field.getKey()))
                .map(Map.Entry::getKey)
                .findFirst()
                .orElse("unknown");
    }
}
