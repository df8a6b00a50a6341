package dev.mayfly.node.mirror;

import dev.mayfly.core.model.Text;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.EphemeralContainer;
import io.fabric8.kubernetes.api.model.EphemeralContainerBuilder;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodSpecBuilder;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.List;
import java.util.Map;

/**
 * The part of a Pod on our node that is held in memory: no annotations or managed fields, and of a Pod that is not known to
 * be ours none of the parts of a large spec. Everybody who may create Pods in one namespace can bind some to the node, and
 * each may have 1.5 MB.
 */
final class KeptPod {
    /** Characters of a spec, as JSON, that is held of anybody's Pod. */
    private static final int SPEC = 16 * 1024;
    /** Characters of the name of an image; an engine takes 4,096 bytes of a reference at most. */
    private static final int IMAGE = 4096;

    private static final int EPHEMERAL = 32;

    private KeptPod() {}

    /**
     * Of what is held already the same again.
     *
     * @param isOurs true for one that this operator made, whose spec is a template's
     */
    static Pod of(Pod pod, boolean isOurs) {
        return new PodBuilder(pod)
                .withMetadata(metadata(pod.getMetadata()))
                .withSpec(spec(pod.getSpec(), isOurs))
                .build();
    }

    private static ObjectMeta metadata(ObjectMeta metadata) {
        return new ObjectMetaBuilder(metadata)
                .withAnnotations(Map.of())
                .withManagedFields(List.of())
                .build();
    }

    private static PodSpec spec(PodSpec spec, boolean isOurs) {
        var ephemeral = spec.getEphemeralContainers().stream()
                .limit(EPHEMERAL)
                .map(KeptPod::ephemeral)
                .toList();
        var kept = new PodSpecBuilder(spec).withEphemeralContainers(ephemeral).build();
        if (isOurs || Serialization.asJson(kept).length() <= SPEC) {
            return kept;
        }
        return new PodSpecBuilder()
                .withNodeName(spec.getNodeName())
                .withContainers(spec.getContainers().stream()
                        .limit(1)
                        .map(KeptPod::container)
                        .toList())
                .withEphemeralContainers(ephemeral)
                .build();
    }

    private static Container container(Container container) {
        return new ContainerBuilder()
                .withName(container.getName())
                .withImage(shortened(container.getImage()))
                .build();
    }

    private static EphemeralContainer ephemeral(EphemeralContainer added) {
        return new EphemeralContainerBuilder()
                .withName(added.getName())
                .withImage(shortened(added.getImage()))
                .build();
    }

    private static String shortened(String image) {
        return image == null ? null : Text.atMost(image, IMAGE);
    }
}
