package dev.mayfly.runtime.pods;

import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodSpecBuilder;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;

/**
 * The part of a Pod with this installation's label that is held in memory: the state of a replica. Everybody who may create Pods in one namespace
 * can give them that label, and each may have 1.5 MB.
 */
final class HeldPod {
    private static final String OURS = "mayfly.dev/";
    /** A Pod that this operator creates has fewer volumes. */
    private static final int VOLUMES = 64;

    private HeldPod() {}

    static Pod of(Pod pod) {
        return new PodBuilder(pod)
                .withMetadata(metadata(pod.getMetadata()))
                .withSpec(spec(pod.getSpec()))
                .build();
    }

    private static ObjectMeta metadata(ObjectMeta metadata) {
        return new ObjectMetaBuilder(metadata)
                .withLabels(ours(metadata.getLabels()))
                .withAnnotations(ours(metadata.getAnnotations()))
                .withManagedFields(List.of())
                .build();
    }

    private static Map<String, String> ours(Map<String, String> texts) {
        return texts == null
                ? Map.of()
                : texts.entrySet().stream()
                        .filter(text -> text.getKey().startsWith(OURS))
                        .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    }

    private static PodSpec spec(PodSpec spec) {
        return new PodSpecBuilder()
                .withNodeName(spec.getNodeName())
                .withSchedulingGates(spec.getSchedulingGates().stream()
                        .filter(gate -> PodBody.GATE.equals(gate.getName()))
                        .toList())
                .withVolumes(spec.getVolumes().stream()
                        .filter(volume -> Objects.nonNull(volume.getPersistentVolumeClaim()))
                        .limit(VOLUMES)
                        .toList())
                .build();
    }
}
