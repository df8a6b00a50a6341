package dev.mayfly.operator.image;

import dev.mayfly.api.v1alpha1.ImagePolicy;
import dev.mayfly.operator.cluster.EventObjects;
import io.fabric8.kubernetes.api.model.ObjectReferenceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import org.jboss.logging.Logger;

/** Reports removed images: in metrics, and in one Event on each policy that allowed it. */
@ApplicationScoped
class CollectionEvents {
    private static final Logger LOG = Logger.getLogger(CollectionEvents.class);
    /** The namespace of Events about cluster-scoped objects. */
    private static final String NAMESPACE = "default";

    private final KubernetesClient client;
    private final Counter images;
    private final Counter layers;
    private final Counter bytes;

    CollectionEvents(KubernetesClient client, MeterRegistry metrics) {
        this.client = client;
        images = Counter.builder("mayfly.images.reclaimed")
                .description("Images that collection removed")
                .register(metrics);
        layers = Counter.builder("mayfly.images.reclaimed.layers")
                .description("Layers removed with the images that the collection removed")
                .register(metrics);
        bytes = Counter.builder("mayfly.images.reclaimed.bytes")
                .description("Bytes of the layers removed with the images that the collection removed")
                .register(metrics);
    }

    void count(CollectionResult all) {
        images.increment(all.images().size());
        layers.increment(all.layers());
        bytes.increment(all.bytes());
    }

    void report(ImagePolicy policy, CollectionResult reclaimed, Instant now) {
        LOG.infof("ImagePolicy %s: %s", policy.getMetadata().getName(), reclaimed.message());
        var about = new ObjectReferenceBuilder()
                .withApiVersion(policy.getApiVersion())
                .withKind(policy.getKind())
                .withName(policy.getMetadata().getName())
                .withUid(policy.getMetadata().getUid())
                .build();
        try {
            client.resource(EventObjects.about(about, false, "ImagesReclaimed", reclaimed.message(), 1, now, now)
                            .editMetadata()
                            .withNamespace(NAMESPACE)
                            .withGenerateName(policy.getMetadata().getName() + ".")
                            .endMetadata()
                            .build())
                    .create();
        } catch (KubernetesClientException failed) {
            LOG.debugf("Event ImagesReclaimed was not written: %s", failed.getMessage());
        }
    }
}
