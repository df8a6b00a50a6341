package dev.mayfly.runtime.pods;

import dev.mayfly.core.model.Launch;
import dev.mayfly.core.model.ReplicaId;
import dev.mayfly.core.model.Text;
import dev.mayfly.podspec.PodMetadata;
import dev.mayfly.runtime.LabelReader;
import dev.mayfly.runtime.Ownership;
import dev.mayfly.runtime.Ownership.Mark;
import dev.mayfly.runtime.support.ProbesLabel;
import dev.mayfly.runtime.support.Stopping;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Name, labels and annotations by which a Pod is known to run a replica. They are those of a container; what is no label
 * in Kubernetes is an annotation. A Pod is ours only if it has all of them, the derived name and the owner.
 */
final class PodMarks {
    private static final String MANAGED_BY = "app.kubernetes.io/managed-by";
    private static final String INSTANCE = "app.kubernetes.io/instance";
    private static final int UID_CHARS = 8;

    private PodMarks() {}

    /** Name of the Pod: {@code web-3-1-0a1b2c3d}. Two Pods can't have one name, so an attempt has one Pod at most. */
    static String name(ReplicaId id) {
        return id.replica() + "-" + id.attempt() + "-" + Text.atMost(id.owner().uid(), UID_CHARS);
    }

    /** Name of the replica's container in its Pod, which may have others that were injected. */
    static String container(ReplicaId id) {
        return id.owner().name();
    }

    /** Metadata of a Pod to be created. */
    static ObjectMeta metadata(PodsSettings settings, Launch launch, Stopping stopping) {
        var id = launch.id();
        var user = launch.template().metadata();
        var labels = new HashMap<>(PodMetadata.labels(user.labels()));
        var annotations = new HashMap<>(PodMetadata.annotations(user.annotations()));
        labels.put(MANAGED_BY, "mayfly");
        labels.put(INSTANCE, id.owner().name());
        ours(settings, launch, stopping).forEach((key, value) -> {
            labels.remove(key);
            annotations.remove(key);
            (Ownership.isLabel(key) ? labels : annotations).put(key, value);
        });
        return new ObjectMetaBuilder()
                .withNamespace(id.owner().namespace())
                .withName(name(id))
                .withLabels(labels)
                .withAnnotations(annotations)
                .withOwnerReferences(PodMetadata.owner(id.owner()))
                .build();
    }

    private static Map<String, String> ours(PodsSettings settings, Launch launch, Stopping stopping) {
        var ours = Ownership.labels(settings.cluster(), launch);
        ours.putAll(stopping.labels());
        ours.putAll(Ownership.labels(launch.template().process().output()));
        var probes = OwnProbes.of(launch, settings.reachesPods());
        if (probes.given()) {
            ours.put(Ownership.PROBES, ProbesLabel.written(probes));
        }
        return ours;
    }

    /** Reader of what a Pod's labels and annotations say. */
    static LabelReader reader(Pod pod) {
        var texts = new HashMap<String, String>();
        Optional.ofNullable(pod.getMetadata().getAnnotations()).ifPresent(texts::putAll);
        Optional.ofNullable(pod.getMetadata().getLabels()).ifPresent(texts::putAll);
        return new LabelReader(texts);
    }

    /**
     * The mark of a Pod; empty if it runs no replica of ours.
     *
     * @param texts knows afterwards which of the others can't be read
     */
    static Optional<Mark> read(String cluster, Pod pod, LabelReader texts) {
        return Ownership.read(cluster, "", texts, id -> isOf(pod, id));
    }

    private static boolean isOf(Pod pod, ReplicaId id) {
        var metadata = pod.getMetadata();
        return name(id).equals(metadata.getName())
                && id.owner().namespace().equals(metadata.getNamespace())
                && metadata.getOwnerReferences().stream()
                        .anyMatch(owner -> Boolean.TRUE.equals(owner.getController())
                                && id.owner().uid().equals(owner.getUid())
                                && id.owner().kind().equals(owner.getKind()));
    }
}
