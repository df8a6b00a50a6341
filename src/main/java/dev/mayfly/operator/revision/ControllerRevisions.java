package dev.mayfly.operator.revision;

import dev.mayfly.api.v1alpha1.EphemeralWorkload;
import dev.mayfly.api.v1alpha1.EphemeralWorkloadSpec;
import dev.mayfly.api.v1alpha1.Templated;
import dev.mayfly.core.model.Template.ImagePin;
import dev.mayfly.core.model.Text;
import dev.mayfly.operator.cluster.RecommendedLabels;
import dev.mayfly.operator.content.Content;
import dev.mayfly.operator.content.ContentCopies;
import dev.mayfly.operator.revision.RevisionHistory.Revision;
import dev.mayfly.runtime.Ownership;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import io.fabric8.kubernetes.api.model.apps.ControllerRevision;
import io.fabric8.kubernetes.api.model.apps.ControllerRevisionBuilder;
import io.fabric8.kubernetes.api.model.runtime.RawExtension;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Converts a revision to an {@code apps/v1} ControllerRevision and back. Pure. */
public final class ControllerRevisions {
    private static final String IMAGE_ID = Ownership.PREFIX + "image-id";
    private static final String IMAGE_DIGEST = Ownership.PREFIX + "image-digest";
    private static final String SPEC = "spec";
    private static final String RUNTIME = "runtime";
    private static final String CONTENT = "content";
    private static final int UID_DIGITS = 8;

    private ControllerRevisions() {}

    /** Includes a part of the UID: revisions of a deleted workload of the same name may still exist. */
    static String name(Templated workload, String revision) {
        return workload.getMetadata().getName() + "-" + revision + suffix(workload);
    }

    /** The revision that the object is named after; empty if it is not named as Mayfly names them. */
    public static Optional<String> revision(EphemeralWorkload workload, ControllerRevision stored) {
        var name = stored.getMetadata().getName();
        var prefix = workload.getMetadata().getName() + "-";
        var suffix = suffix(workload);
        return name.startsWith(prefix) && name.endsWith(suffix) && name.length() > prefix.length() + suffix.length()
                ? Optional.of(name.substring(prefix.length(), name.length() - suffix.length()))
                : Optional.empty();
    }

    private static String suffix(Templated workload) {
        return "-" + Text.atMost(workload.getMetadata().getUid(), UID_DIGITS);
    }

    static ControllerRevision of(
            EphemeralWorkload workload, Revision revision, Content content, KubernetesSerialization serialization) {
        var name = name(workload, revision.name());
        var contents = new HashMap<String, Object>(Map.of(SPEC, spec(workload, revision, serialization)));
        if (content.read()) {
            contents.put(CONTENT, ContentCopies.index(name, content));
        }
        var metadata = workload.getMetadata();
        return new ControllerRevisionBuilder()
                .withNewMetadata()
                .withName(name)
                .withNamespace(metadata.getNamespace())
                .withLabels(labels(workload))
                .withAnnotations(annotations(revision.pin()))
                .withOwnerReferences(new OwnerReferenceBuilder()
                        .withApiVersion(workload.getApiVersion())
                        .withKind(workload.getKind())
                        .withName(metadata.getName())
                        .withUid(metadata.getUid())
                        .withController(true)
                        .build())
                .endMetadata()
                .withRevision(revision.number())
                .withData(contents)
                .build();
    }

    /** Of a revision, and of copies of content. */
    static Map<String, String> labels(Templated owner) {
        var metadata = owner.getMetadata();
        var labels = new HashMap<>(RecommendedLabels.of(owner.getKind(), metadata.getName()));
        labels.put(Ownership.OWNER_UID, metadata.getUid());
        return labels;
    }

    /** With the name of the runtime, which the spec may leave open: when it is read, another one may be in use. */
    private static Map<Object, Object> spec(
            EphemeralWorkload workload, Revision revision, KubernetesSerialization serialization) {
        var spec = new HashMap<Object, Object>(serialization.convertValue(workload.getSpec(), Map.class));
        revision.template()
                .ifPresent(template -> spec.put(RUNTIME, template.placement().runtime()));
        return spec;
    }

    /** The mutable fields; a ControllerRevision's data is immutable. */
    static Map<String, Object> patch(Revision revision) {
        return Map.of("metadata", Map.of("annotations", annotations(revision.pin())), "revision", revision.number());
    }

    public static Optional<ImagePin> pin(ControllerRevision stored) {
        var annotations = stored.getMetadata().getAnnotations();
        return annotations == null || !annotations.containsKey(IMAGE_ID)
                ? Optional.empty()
                : Optional.of(new ImagePin(annotations.get(IMAGE_ID), annotations.getOrDefault(IMAGE_DIGEST, "")));
    }

    /** The image that its template names; empty if that can't be read. */
    public static Optional<String> image(ControllerRevision stored) {
        return contents(stored) instanceof Map<?, ?> contents
                        && contents.get(SPEC) instanceof Map<?, ?> spec
                        && spec.get("template") instanceof Map<?, ?> template
                        && template.get("image") instanceof String image
                ? Optional.of(image)
                : Optional.empty();
    }

    private static Map<String, String> annotations(Optional<ImagePin> pin) {
        var annotations = new HashMap<String, String>();
        pin.ifPresent(image -> {
            annotations.put(IMAGE_ID, image.id());
            if (!image.digest().isEmpty()) {
                annotations.put(IMAGE_DIGEST, image.digest());
            }
        });
        return annotations;
    }

    /**
     * The workload with the spec of that revision.
     *
     * @throws IllegalArgumentException if it has none, or one that can't be read: whoever may write ControllerRevisions can make such
     */
    static EphemeralWorkload then(
            EphemeralWorkload workload, ControllerRevision stored, KubernetesSerialization serialization) {
        var spec = serialization.convertValue(contents(stored).get(SPEC), EphemeralWorkloadSpec.class);
        if (spec == null) {
            throw new IllegalArgumentException("its data has no spec");
        }
        var copy = new EphemeralWorkload();
        copy.setMetadata(workload.getMetadata());
        copy.setStatus(workload.getStatus());
        copy.setSpec(spec);
        return copy;
    }

    /** The index of its content's copies, see {@link ContentCopies#index}; null: the revision refers to no objects. */
    static List<?> content(ControllerRevision stored) {
        return (List<?>) contents(stored).get(CONTENT);
    }

    private static Map<?, ?> contents(ControllerRevision stored) {
        var contents = stored.getData() instanceof RawExtension raw ? raw.getValue() : stored.getData();
        return contents instanceof Map<?, ?> map ? map : Map.of();
    }
}
