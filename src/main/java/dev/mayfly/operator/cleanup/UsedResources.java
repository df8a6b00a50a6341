package dev.mayfly.operator.cleanup;

import dev.mayfly.api.v1alpha1.EphemeralWorkload;
import dev.mayfly.api.v1alpha1.Templated;
import dev.mayfly.core.model.Desired;
import dev.mayfly.core.model.Template;
import dev.mayfly.core.model.Volume;
import dev.mayfly.operator.cluster.InvalidSpec;
import dev.mayfly.operator.content.Content;
import dev.mayfly.operator.revision.Revisions;
import dev.mayfly.operator.spec.SpecReader;
import io.fabric8.kubernetes.client.KubernetesClientException;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jboss.logging.Logger;

/**
 * The network and volumes that a resource uses or may use again. A kept revision may run in place of the spec's, which
 * can be refused, paused, partitioned or rolled back, so its volumes are in use as well.
 */
@ApplicationScoped
class UsedResources {
    private static final Logger LOG = Logger.getLogger(UsedResources.class);

    private final SpecReader specs;
    private final Revisions revisions;

    UsedResources(SpecReader specs, Revisions revisions) {
        this.specs = specs;
        this.revisions = revisions;
    }

    /**
     * The resources that its spec names, with the volumes of all revisions that it keeps.
     *
     * @return empty: not known, because its spec or one of these revisions can't be read
     */
    Optional<Desired> of(Templated resource) {
        return read(
                resource,
                desired -> resource instanceof EphemeralWorkload workload
                        ? withVolumes(desired, revisions.kept(workload))
                        : desired);
    }

    /**
     * The resources that its spec names, which is enough for a network. From memory.
     *
     * @return empty: not known, because its spec can't be read
     */
    Optional<Desired> ofSpec(Templated resource) {
        return read(resource, desired -> desired);
    }

    private Optional<Desired> read(Templated resource, UnaryOperator<Desired> more) {
        try {
            return Optional.of(more.apply(specs.resources(resource)));
        } catch (InvalidSpec | Content.Unreadable | KubernetesClientException unread) {
            var metadata = resource.getMetadata();
            LOG.debugf(
                    "The volumes of %s/%s are not known: %s",
                    metadata.getNamespace(), metadata.getName(), unread.getMessage());
            return Optional.empty();
        }
    }

    /** Two revisions may name different volumes alike. */
    static Desired withVolumes(Desired desired, Collection<Template> kept) {
        var volumes = new LinkedHashMap<String, Volume>(desired.template().volumes());
        var revision = 0;
        for (var template : kept) {
            revision++;
            for (var volume : template.volumes().entrySet()) {
                if (!volumes.containsValue(volume.getValue())) {
                    volumes.put(volume.getKey() + " of revision " + revision, volume.getValue());
                }
            }
        }
        return desired.withTemplate(desired.template().withVolumes(volumes));
    }
}
