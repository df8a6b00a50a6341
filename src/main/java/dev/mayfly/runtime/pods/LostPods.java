package dev.mayfly.runtime.pods;

import dev.mayfly.core.model.ReplicaId;
import dev.mayfly.runtime.support.Announcements;
import dev.mayfly.runtime.support.KnownReplica.State;
import dev.mayfly.runtime.support.Lifecycle;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jboss.logging.Logger;

/**
 * Pods whose deletion their node does not confirm, since it does not answer. Such a Pod is never deleted by force: it may
 * still run. Its replica counts as gone, so that a successor takes its slot, unless both could write to one volume that
 * only one node may have.
 */
final class LostPods {
    private static final Logger LOG = Logger.getLogger(LostPods.class);
    /** After the grace of the deletion. A kubelet that answers confirms an end within seconds. */
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    /** Access modes under which a second Pod must not be started. */
    private static final Set<String> EXCLUSIVE = Set.of("ReadWriteOnce", "ReadWriteOncePod");

    private final String cluster;
    private final PodApi api;
    private final Lifecycle lifecycle;
    private final PodRemovals removals;
    private final Announcements announcements;
    private final InstantSource clock;

    LostPods(
            String cluster,
            PodApi api,
            Lifecycle lifecycle,
            PodRemovals removals,
            Announcements announcements,
            InstantSource clock) {
        this.cluster = cluster;
        this.api = api;
        this.lifecycle = lifecycle;
        this.removals = removals;
        this.announcements = announcements;
        this.clock = clock;
    }

    void check(List<Pod> all) {
        all.stream()
                .filter(this::isOverdue)
                .forEach(pod ->
                        PodMarks.read(cluster, pod, PodMarks.reader(pod)).ifPresent(mark -> check(mark.id(), pod)));
    }

    private boolean isOverdue(Pod pod) {
        var deadline = pod.getMetadata().getDeletionTimestamp();
        return deadline != null
                && Instant.parse(deadline).plus(PATIENCE).isBefore(clock.instant())
                && !removals.isGone(pod.getMetadata().getUid());
    }

    private void check(ReplicaId id, Pod pod) {
        var uid = pod.getMetadata().getUid();
        var known = lifecycle.known(id);
        var leaving = known.state() == State.TERMINATING || known.state() == State.REMOVING;
        if (!leaving || !known.container().equals(Optional.of(uid))) {
            return;
        }
        if (holdsVolume(pod)) {
            announcements.warn(
                    id,
                    "NodeLost",
                    "Its node does not confirm that it ended, and its claim may be used on one node only: a successor"
                            + " waits until the node answers or its Node object is deleted.");
        } else {
            announcements.warn(
                    id, "NodeLost", "Its node does not confirm that it ended: it counts as gone, and is replaced.");
            removals.abandon(uid);
        }
    }

    /** True if it is not known either. */
    private boolean holdsVolume(Pod pod) {
        try {
            return pod.getSpec().getVolumes().stream()
                    .filter(volume -> volume.getPersistentVolumeClaim() != null)
                    .map(volume -> volume.getPersistentVolumeClaim().getClaimName())
                    .anyMatch(claim -> api.claim(pod.getMetadata().getNamespace(), claim)
                            .filter(LostPods::isExclusive)
                            .isPresent());
        } catch (KubernetesClientException unknown) {
            LOG.debugf("The claims of a lost Pod could not be read: %s", unknown.getMessage());
            return true;
        }
    }

    private static boolean isExclusive(PersistentVolumeClaim claim) {
        return claim.getSpec().getAccessModes().stream().anyMatch(EXCLUSIVE::contains);
    }
}
