package dev.mayfly.operator.image;

import dev.mayfly.api.v1alpha1.ImagePolicy;
import dev.mayfly.api.v1alpha1.ImagePolicyStatus;
import dev.mayfly.api.v1alpha1.ImagePolicyStatus.ReclaimedImages;
import dev.mayfly.core.image.StoredImage;
import dev.mayfly.core.status.CollectingCondition;
import dev.mayfly.core.status.Conditions;
import dev.mayfly.core.status.Sizes;
import dev.mayfly.core.status.Times;
import dev.mayfly.operator.event.EventObjects;
import dev.mayfly.operator.image.CollectionRun.CollectionResult;
import dev.mayfly.operator.image.ImagePolicyReconciler.PolicyReport;
import io.fabric8.kubernetes.api.model.ObjectReferenceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Event;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jboss.logging.Logger;

/** Adds to each policy's status the images that garbage collection removed or would remove. */
@ApplicationScoped
class CollectionReport implements PolicyReport {
    private static final Logger LOG = Logger.getLogger(CollectionReport.class);
    private static final int MOST = 20;

    /**
     * By the policy's UID: totals are stored in the status, but the cached status may lag, and its size is rounded.
     */
    private final Map<String, Total> totals = new ConcurrentHashMap<>();
    /** By the policy's name; policies with dry run only. */
    private volatile Optional<Map<String, List<StoredImage>>> reclaimable = Optional.empty();

    /** Whether it is known how full the engine's disk is; empty: not asked yet. */
    private volatile Optional<Boolean> diskSeen = Optional.empty();

    private final InstantSource clock = InstantSource.system();

    /** @return true if that changed */
    boolean diskSeen(boolean seen) {
        var changed = !diskSeen.equals(Optional.of(seen));
        if (changed && !seen) {
            LOG.warn("How full the engine's disk is can't be seen: images are collected by maxTotalSize alone.");
        }
        diskSeen = Optional.of(seen);
        return changed;
    }

    /** @return true if that changed */
    boolean reclaimable(Map<String, List<StoredImage>> byPolicy) {
        var names = names(byPolicy);
        var changed =
                reclaimable.map(CollectionReport::names).filter(names::equals).isEmpty();
        reclaimable = Optional.of(byPolicy);
        return changed;
    }

    private static Map<String, List<String>> names(Map<String, List<StoredImage>> byPolicy) {
        var names = new ConcurrentHashMap<String, List<String>>();
        byPolicy.forEach((policy, images) -> names.put(policy, names(images)));
        return names;
    }

    private static List<String> names(List<StoredImage> images) {
        return images.stream().limit(MOST).map(StoredImage::name).toList();
    }

    void removed(ImagePolicy policy, CollectionResult more, Instant now) {
        totals.merge(
                policy.getMetadata().getUid(),
                Total.of(policy.getStatus()).plus(more, now),
                (before, first) -> before.plus(more, now));
    }

    /** Everything that collection removed because of one policy. */
    private record Total(long images, long layers, long bytes, Instant last) {

        /** As far as the status has it. @param status null: there is none */
        static Total of(ImagePolicyStatus status) {
            var known = status == null ? null : status.reclaimed();
            return known == null
                    ? new Total(0, 0, 0, Instant.EPOCH)
                    : new Total(known.images(), known.layers(), Sizes.bytes(known.size()), Instant.EPOCH);
        }

        Total plus(CollectionResult more, Instant now) {
            return new Total(images + more.images().size(), layers + more.layers(), bytes + more.bytes(), now);
        }

        ReclaimedImages shown() {
            return new ReclaimedImages(images, layers, Sizes.of(bytes), Times.text(last));
        }
    }

    @Override
    public ImagePolicyStatus add(ImagePolicy policy, ImagePolicyStatus status) {
        var total = totals.get(policy.getMetadata().getUid());
        var retention = policy.getSpec().retention();
        var reported = withCondition(policy, total == null ? status : status.withReclaimed(total.shown()));
        if (retention == null || !Boolean.TRUE.equals(retention.dryRun())) {
            return reported.withReclaimable(null);
        }
        return reclaimable
                .map(all -> all.getOrDefault(policy.getMetadata().getName(), List.of()))
                .map(images -> reported.withReclaimable(names(images)))
                .orElse(reported);
    }

    private ImagePolicyStatus withCondition(ImagePolicy policy, ImagePolicyStatus status) {
        return diskSeen.map(seen -> CollectingCondition.of(
                        PolicyReader.retention(policy),
                        seen,
                        policy.getMetadata().getGeneration()))
                .map(condition -> status.withConditions(Conditions.of(status.conditions())
                        .with(condition, clock.instant())
                        .list()))
                .orElse(status);
    }

    /** Reports removed images: to whom it concerns in the operator, and in one Event on each policy that allowed it. */
    @ApplicationScoped
    static class CollectionEvents {
        /** The namespace of Events about cluster-scoped objects. */
        private static final String NAMESPACE = "default";

        private final KubernetesClient client;
        private final Event<ImagesReclaimed> reclaimed;

        CollectionEvents(KubernetesClient client, Event<ImagesReclaimed> reclaimed) {
            this.client = client;
            this.reclaimed = reclaimed;
        }

        void count(CollectionResult all) {
            reclaimed.fire(new ImagesReclaimed(all.images().size(), all.layers(), all.bytes()));
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
}
