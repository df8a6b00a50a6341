package dev.mayfly.node.mirror;

import dev.mayfly.core.model.OwnerId;
import dev.mayfly.node.mirror.KnownPods.PodKey;
import dev.mayfly.node.mirror.OwnerMirror.Tools;
import dev.mayfly.runtime.ContainerRuntime;
import dev.mayfly.runtime.RuntimeUnavailable;
import dev.mayfly.runtime.Runtimes;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jboss.logging.Logger;

/** Refuses or deletes the Pods on the node that belong to no owner whose pass would do that. */
final class LoosePods {
    private static final Logger LOG = Logger.getLogger(LoosePods.class);
    private static final Duration ORPHAN = Duration.ofSeconds(10);

    private final Supplier<Tools> tools;
    private final Mirrors.Writer writer;
    private final Runtimes runtimes;
    private final Predicate<OwnerId> hasPass;
    private final Consumer<Pod> orphaned;

    /**
     * @param hasPass true for owners that deal with their Pods themselves
     * @param orphaned told of Pods that were deleted and had no owner, or none any more
     */
    LoosePods(
            Supplier<Tools> tools,
            Mirrors.Writer writer,
            Runtimes runtimes,
            Predicate<OwnerId> hasPass,
            Consumer<Pod> orphaned) {
        this.tools = tools;
        this.writer = writer;
        this.runtimes = runtimes;
        this.hasPass = hasPass;
        this.orphaned = orphaned;
    }

    /** The owner that a mirror names; empty: it names none. */
    static Optional<OwnerId> owner(Pod pod) {
        return KnownPods.controller(pod)
                .filter(controller -> controller.getApiVersion().startsWith("mayfly.dev/"))
                .map(controller -> new OwnerId(
                        controller.getKind(),
                        pod.getMetadata().getNamespace(),
                        controller.getName(),
                        controller.getUid()));
    }

    /** A Pod that is no mirror, or one whose owner is not known. */
    void settle(Pod pod, Duration delay) {
        var metadata = pod.getMetadata();
        var owner = owner(pod)
                .orElseGet(() -> new OwnerId("Pod", metadata.getNamespace(), metadata.getName(), metadata.getUid()));
        writer.execute(owner, delay, turn -> {
            try {
                settle(owner, pod);
            } catch (PodStore.Gone | PodStore.Refused settled) {
                LOG.debugf("Pod %s/%s is left alone: %s", metadata.getNamespace(), metadata.getName(), settled);
            } catch (RuntimeException failed) {
                LOG.debugf(failed, "Pod %s/%s is tried again", metadata.getNamespace(), metadata.getName());
                settle(pod, ORPHAN);
            }
        });
    }

    private void settle(OwnerId owner, Pod pod) {
        var pods = tools.get().known();
        if (hasPass.test(owner) || pods.find(PodKey.of(pod)).filter(pod::equals).isEmpty()) {
            return; // its owner's pass deals with it, or it has changed
        }
        if (pod.getMetadata().getDeletionTimestamp() != null) {
            if (hasReplicas(owner)) {
                settle(pod, ORPHAN);
                return;
            }
            delete(pod);
        } else if (pods.isMirror(pod)) {
            if (owner(pod).isEmpty()) { // somebody took its owner away, as a deletion that orphans does
                delete(pod);
            }
        } else if (!PodStatuses.isOver(pod)) {
            pods.written(tools.get()
                    .store()
                    .writeStatus(pod, PodStatuses.refused(pod, tools.get().node())));
        }
    }

    private void delete(Pod pod) {
        tools.get().known().deleting(pod);
        tools.get().store().delete(pod);
        tools.get().known().gone(pod);
        tools.get().directory().remove(PodKey.of(pod));
        tools.get().placeIsFree().run();
        if (owner(pod).isEmpty()) {
            orphaned.accept(pod);
        }
    }

    /** An engine that does not answer may have some. */
    private boolean hasReplicas(OwnerId owner) {
        return runtimes.all().stream()
                .anyMatch(runtime ->
                        hasReplicas(runtime, owner, tools.get().clock().instant()));
    }

    private static boolean hasReplicas(ContainerRuntime runtime, OwnerId owner, Instant now) {
        try {
            return !runtime.observe(owner, now).isEmpty();
        } catch (RuntimeUnavailable unknown) {
            return true;
        }
    }
}
