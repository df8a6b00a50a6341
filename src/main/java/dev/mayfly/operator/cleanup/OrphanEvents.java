package dev.mayfly.operator.cleanup;

import dev.mayfly.config.MayflyConfig;
import dev.mayfly.core.model.OwnerId;
import dev.mayfly.operator.cluster.EventObjects;
import io.fabric8.kubernetes.api.model.ObjectReference;
import io.fabric8.kubernetes.api.model.ObjectReferenceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jboss.logging.Logger;

/** Reports containers that are held back from collection, once per change, and reads the permission to collect them. */
@ApplicationScoped
class OrphanEvents {
    /** Annotation of the operator's namespace; its value is the number of missing owners that may be collected. */
    static final String PERMISSION = "mayfly.dev/sweep-orphans";

    private static final Logger LOG = Logger.getLogger(OrphanEvents.class);

    private final KubernetesClient client;
    private final String namespace;
    private final InstantSource clock;
    private final Set<String> reported = new HashSet<>();

    @Inject
    OrphanEvents(KubernetesClient client, MayflyConfig config) {
        this(client, config, InstantSource.system());
    }

    OrphanEvents(KubernetesClient client, MayflyConfig config, InstantSource clock) {
        this.client = client;
        this.clock = clock;
        this.namespace = config.namespace();
    }

    /** True if the user allowed the collection of that many missing owners' containers. */
    boolean allows(int missing) {
        var found = client.namespaces().withName(namespace).get();
        if (found == null || found.getMetadata().getAnnotations() == null) {
            return false;
        }
        try {
            return missing
                    <= Integer.parseInt(found.getMetadata().getAnnotations().getOrDefault(PERMISSION, "0"));
        } catch (NumberFormatException notANumber) {
            return false;
        }
    }

    void clear() {
        reported.clear();
    }

    void held(List<OwnerId> missing) {
        var changed = reported.addAll(missing.stream().map(OwnerId::uid).toList());
        if (!changed) {
            return;
        }
        var first = missing.getFirst();
        var message =
                ("Containers of %d workloads whose resource is gone without its finalizer are kept (such as %s/%s): was"
                                + " the CRD or the cluster replaced? To remove them: kubectl annotate namespace %s %s=%d --overwrite")
                        .formatted(
                                missing.size(), first.namespace(), first.name(), namespace, PERMISSION, missing.size());
        LOG.warn(message);
        var now = clock.instant();
        try {
            client.resource(EventObjects.about(operatorsNamespace(), true, "OrphansHeld", message, 1, now, now)
                            .editMetadata()
                            .withGenerateName("orphans-held-")
                            .endMetadata()
                            .build())
                    .create();
        } catch (KubernetesClientException failed) {
            LOG.debugf("Event OrphansHeld was not written: %s", failed.getMessage());
        }
    }

    private ObjectReference operatorsNamespace() {
        return new ObjectReferenceBuilder()
                .withApiVersion("v1")
                .withKind("Namespace")
                .withName(namespace)
                .withNamespace(namespace)
                .build();
    }
}
