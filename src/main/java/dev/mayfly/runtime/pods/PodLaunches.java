package dev.mayfly.runtime.pods;

import dev.mayfly.core.model.Failure;
import dev.mayfly.core.model.Launch;
import dev.mayfly.core.model.ReplicaId;
import dev.mayfly.runtime.pods.ImageVolumes.Found;
import dev.mayfly.runtime.support.Fact;
import dev.mayfly.runtime.support.Lifecycle;
import dev.mayfly.runtime.support.Stopping;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jboss.logging.Logger;

/**
 * Carries out launches: creates the Pod, or takes the gate off one that waits for its time. The API server's answer says
 * nothing about the container: the launch stays unanswered until the Pod's status shows it.
 */
final class PodLaunches {
    private static final Logger LOG = Logger.getLogger(PodLaunches.class);
    /** The kubelet sends the image's stop signal itself; a template's is refused earlier. */
    private static final String SIGNAL = "SIGTERM";

    private final String cluster;
    private final PodApi api;
    private final PodBody body;
    private final PodWatch pods;
    private final ImageVolumes images;
    private final Lifecycle lifecycle;
    private final PodSync sync;
    private final InstantSource clock;

    PodLaunches(
            String cluster,
            PodApi api,
            PodBody body,
            PodWatch pods,
            ImageVolumes images,
            Lifecycle lifecycle,
            PodSync sync,
            InstantSource clock) {
        this.cluster = cluster;
        this.api = api;
        this.body = body;
        this.pods = pods;
        this.images = images;
        this.lifecycle = lifecycle;
        this.sync = sync;
        this.clock = clock;
    }

    void accept(Launch launch) {
        if (!lifecycle.accept(launch)) {
            return;
        }
        volumes(launch)
                .whenComplete((volumes, defect) -> lifecycle.submit(
                        launch, () -> run(launch, defect == null ? volumes : defective(launch, defect))));
    }

    private CompletionStage<Found> volumes(Launch launch) {
        try {
            return images.of(launch);
        } catch (IllegalArgumentException unreadable) {
            return CompletableFuture.failedStage(unreadable);
        }
    }

    private static Found defective(Launch launch, Throwable defect) {
        LOG.errorf(defect, "The image of %s could not be checked", launch.id().replica());
        return Found.refused(
                new Failure(Failure.NOT_INSPECTED, "Its image could not be checked, as the operator's log explains."));
    }

    private boolean run(Launch launch, Found volumes) {
        var id = launch.id();
        if (volumes.refusal().isPresent() && lifecycle.container(id).isEmpty()) {
            var again = volumes.again().map(pause -> clock.instant().plus(pause));
            lifecycle.apply(id, new Fact.Refused(volumes.refusal().get(), again.isPresent(), again, clock.instant()));
            return true;
        }
        try {
            carryOut(launch, volumes.uncovered());
            return true;
        } catch (KubernetesClientException failed) {
            return answered(id, failed);
        } catch (IllegalArgumentException unreadable) {
            fail(id, new Failure("FailedCreate", "Its Pod could not be written: " + unreadable.getMessage()));
            return true;
        }
    }

    private void carryOut(Launch launch, List<String> uncovered) {
        var id = launch.id();
        var due = launch.starts(clock.instant());
        var before = lifecycle.container(id);
        var stopping = new Stopping(
                SIGNAL,
                Optional.empty(),
                Optional.of(launch.template().lifecycle().grace()));
        var pod = before.isPresent() ? Optional.<Pod>empty() : created(launch, stopping, uncovered, !due);
        var container = before.or(() -> pod.map(made -> made.getMetadata().getUid()));
        if (container.isEmpty()) {
            return; // refused
        }
        if (!lifecycle.created(id, container.get(), stopping)) {
            return; // its removal was requested meanwhile
        }
        if (due && isGated(id, container.get(), pod)) {
            api.ungate(id, container.get());
        }
        lifecycle.apply(id, due ? new Fact.Unanswered() : new Fact.Waits(true, "", clock.instant()));
        pods.find(id, container.get()).ifPresent(sync::seen); // it may run by now
    }

    /** Of a Pod that the watch does not show yet it is not known, and a request to take off no gate is harmless. */
    private boolean isGated(ReplicaId id, String container, Optional<Pod> pod) {
        return pod.or(() -> pods.find(id, container))
                .map(known -> known.getSpec().getSchedulingGates().stream()
                        .anyMatch(gate -> PodBody.GATE.equals(gate.getName())))
                .orElse(true);
    }

    /**
     * The Pod of the launch, created now or by an earlier try; empty if the name is another Pod's. Of a node that does not
     * answer a Pod stays, though it counts as gone; and a request that was given up may be carried out later.
     */
    private Optional<Pod> created(Launch launch, Stopping stopping, List<String> uncovered, boolean gated) {
        var id = launch.id();
        try {
            return Optional.of(api.create(body.of(launch, stopping, uncovered, gated)));
        } catch (KubernetesClientException failed) {
            if (!ApiAnswer.isConflict(failed)) {
                throw failed;
            }
        }
        var there = api.find(id).orElseThrow(() -> new KubernetesClientException("The Pod vanished meanwhile"));
        var mark = PodMarks.read(cluster, there, PodMarks.reader(there));
        var isAnothers = sync.isGone(there)
                || mark.filter(found -> !found.revision().equals(launch.revision()))
                        .isPresent();
        if (mark.isPresent() && !isAnothers) {
            return Optional.of(there);
        }
        var whose = isAnothers
                ? " of an earlier replica. The next one has another name."
                : " that is not Mayfly's. Delete it.";
        fail(id, new Failure("FailedCreate", "There is a Pod " + PodMarks.name(id) + whose));
        return Optional.empty();
    }

    /** @return false if the server did not answer */
    private boolean answered(ReplicaId id, KubernetesClientException failed) {
        if (!ApiAnswer.isSilence(failed)) {
            fail(id, ApiAnswer.refusal(failed));
            return true;
        }
        LOG.warnf("The API server did not answer the launch of %s: %s", id.replica(), ApiAnswer.words(failed));
        lifecycle.apply(id, new Fact.Unanswered());
        sync.resolve(id, ApiAnswer.retryAfter(failed));
        return false;
    }

    private void fail(ReplicaId id, Failure failure) {
        lifecycle.apply(id, new Fact.Refused(failure, false, Optional.empty(), clock.instant()));
    }
}
