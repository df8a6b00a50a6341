package dev.mayfly.node.mirror;

import dev.mayfly.api.v1alpha1.Templated;
import dev.mayfly.core.model.Desired;
import dev.mayfly.core.model.OwnerId;
import dev.mayfly.core.model.Replica;
import dev.mayfly.core.model.ReplicaId;
import dev.mayfly.core.model.Template;
import dev.mayfly.node.PodDirectory;
import dev.mayfly.podspec.PodMetadata;
import dev.mayfly.podspec.PodSpecs;
import dev.mayfly.podspec.TemplateSpecs;
import dev.mayfly.runtime.Ownership;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodSpecBuilder;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** A replica as a Pod: its metadata and spec, which stay the same for as long as the Pod lives. Functions of values. */
final class PodMapping {
    static final String SLOT = Ownership.PREFIX + "slot";
    static final String REVISION = Ownership.PREFIX + "revision";
    private static final String NAME = Ownership.PREFIX + "name";
    /** Volumes of the engine, which core/v1 has no words for: {@code name=volume,…}. */
    static final String DOCKER_VOLUMES = Ownership.PREFIX + "docker-volumes";

    private PodMapping() {}

    /** The Pod of a replica on that node, without status. */
    static Pod pod(Templated resource, Desired desired, Replica replica, String node) {
        var owner = desired.owner();
        var template = desired.deleted() ? Optional.<Template>empty() : template(desired, replica.revision());
        var labels = new HashMap<String, String>();
        var annotations = new HashMap<String, String>();
        template.map(Template::metadata).ifPresent(metadata -> {
            labels.putAll(PodMetadata.labels(metadata.labels()));
            annotations.putAll(PodMetadata.annotations(metadata.annotations()));
        });
        labels.putAll(ownLabels(replica.id(), replica.revision()));
        dockerVolumes(resource, desired, replica.revision(), template)
                .ifPresent(volumes -> annotations.put(DOCKER_VOLUMES, volumes));
        return new PodBuilder()
                .withNewMetadata()
                .withNamespace(owner.namespace())
                .withName(replica.id().replica())
                .withLabels(labels)
                .withAnnotations(annotations)
                .withOwnerReferences(PodMetadata.owner(owner))
                .endMetadata()
                .withSpec(spec(resource, desired, replica, template)
                        .withNodeName(node)
                        .withRestartPolicy(owner.isTask() ? "OnFailure" : "Always")
                        .withAutomountServiceAccountToken(false)
                        .withEnableServiceLinks(false)
                        .addNewToleration()
                        .withOperator("Exists")
                        .endToleration()
                        .build())
                .build();
    }

    /** Labels that say which replica a Pod shows. */
    static Map<String, String> ownLabels(ReplicaId id, String revision) {
        var labels = new HashMap<String, String>();
        labels.put(Ownership.OWNER_UID, id.owner().uid());
        labels.put(NAME, id.owner().name());
        labels.put(SLOT, Integer.toString(id.slot()));
        labels.put(REVISION, revision);
        return labels;
    }

    private static PodSpecBuilder spec(
            Templated resource, Desired desired, Replica replica, Optional<Template> earlier) {
        var container = PodDirectory.containerName(desired.owner());
        if (isOfTheSpec(resource, desired, replica.revision())) {
            return PodSpecs.of(resource.template(), resource.ephemerality(), container);
        }
        return earlier.map(template -> TemplateSpecs.shown(template, container))
                .orElseGet(() -> unknown(replica, desired.owner()));
    }

    /** Of a revision whose template is not known any more, little more than its image. */
    private static PodSpecBuilder unknown(Replica replica, OwnerId owner) {
        var image = replica.image().isEmpty() ? "unknown" : replica.image();
        return new PodSpecBuilder()
                .withContainers(new ContainerBuilder()
                        .withName(PodDirectory.containerName(owner))
                        .withImage(image)
                        .build());
    }

    /** The resource's own template says more than the desired one, whose references are resolved. */
    private static boolean isOfTheSpec(Templated resource, Desired desired, String revision) {
        return !desired.deleted()
                && resource.template() != null
                && resource.template().image() != null
                && revision.equals(desired.specRevision());
    }

    private static Optional<Template> template(Desired desired, String revision) {
        return revision.equals(desired.revision())
                ? Optional.of(desired.template())
                : Optional.ofNullable(desired.earlier().get(revision));
    }

    private static Optional<String> dockerVolumes(
            Templated resource, Desired desired, String revision, Optional<Template> template) {
        return isOfTheSpec(resource, desired, revision)
                ? PodSpecs.dockerVolumes(resource.template())
                : template.map(TemplateSpecs::dockerVolumes).filter(volumes -> !volumes.isEmpty());
    }
}
