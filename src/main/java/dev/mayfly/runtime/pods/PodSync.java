package dev.mayfly.runtime.pods;

import dev.mayfly.core.model.Removal;
import dev.mayfly.core.model.Removal.Cause;
import dev.mayfly.core.model.ReplicaId;
import dev.mayfly.runtime.LogFields;
import dev.mayfly.runtime.support.Announcements;
import dev.mayfly.runtime.support.Fact;
import dev.mayfly.runtime.support.HealthWatch;
import dev.mayfly.runtime.support.KnownReplica.Launching;
import dev.mayfly.runtime.support.KnownReplica.State;
import dev.mayfly.runtime.support.Lifecycle;
import dev.mayfly.runtime.support.ReplicaIndex;
import dev.mayfly.runtime.support.Step.Action;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;

/** Passes what the API server shows of the Pods to the life cycle, as facts. */
final class PodSync implements PodWatch.Listener {
    private static final Logger LOG = Logger.getLogger(PodSync.class);
    /** How long an unanswered request is left alone before its result is read. */
    private static final Duration PAUSE = Duration.ofSeconds(1);

    private final String cluster;
    private final PodCalls calls;
    private final ReplicaIndex index;
    private final Lifecycle lifecycle;
    private final PodRemovals removals;
    private final HealthWatch health;
    private final Announcements announcements;
    private final InstantSource clock;
    /** Running Pods, by UID, whose probes have not begun, since their startup probe has not succeeded. */
    private final Set<String> starting = ConcurrentHashMap.newKeySet();
    /** The last announcement about each Pod that no node takes, by UID. */
    private final Map<String, String> unscheduled = new ConcurrentHashMap<>();

    PodSync(
            String cluster,
            PodCalls calls,
            ReplicaIndex index,
            Lifecycle lifecycle,
            PodRemovals removals,
            HealthWatch health,
            Announcements announcements,
            InstantSource clock) {
        this.cluster = cluster;
        this.calls = calls;
        this.index = index;
        this.lifecycle = lifecycle;
        this.removals = removals;
        this.health = health;
        this.announcements = announcements;
        this.clock = clock;
    }

    /** Reads a Pod that is named by its UID, soon. */
    void inspect(String container) {
        index.replica(container).ifPresent(id -> calls.soon(id.owner(), () -> read(id)));
    }

    /** Finds out what became of a launch that the API server did not answer. */
    void resolve(ReplicaId id, Optional<Duration> pause) {
        calls.after(id.owner(), pause.orElse(PAUSE), () -> read(id));
    }

    private void read(ReplicaId id) {
        try (var fields = LogFields.of(id)) {
            var before = index.container(id);
            var found = calls.api().find(id).filter(pod -> snapshot(pod).isPresent());
            var uid = found.map(pod -> pod.getMetadata().getUid());
            before.filter(known -> !uid.equals(Optional.of(known))).ifPresent(known -> absent(id, known));
            if (found.isEmpty() && before.isEmpty()) {
                lifecycle.apply(id, new Fact.NotCreated());
            }
            found.flatMap(this::snapshot).ifPresent(snapshot -> apply(snapshot, true));
        } catch (KubernetesClientException silence) {
            LOG.debugf("%s could not be read: %s", PodMarks.name(id), silence.getMessage());
            resolve(id, ApiAnswer.retryAfter(silence));
        }
    }

    /** True if the Pod counts as gone. */
    boolean isGone(Pod pod) {
        return removals.isGone(pod.getMetadata().getUid());
    }

    @Override
    public void seen(Pod pod) {
        snapshot(pod).ifPresent(snapshot -> apply(snapshot, false));
    }

    private Optional<PodSnapshot> snapshot(Pod pod) {
        return PodSnapshot.of(cluster, pod);
    }

    /** @param certain false if the API server may know better: its events are a little late */
    private void apply(PodSnapshot snapshot, boolean certain) {
        if (removals.isGone(snapshot.container())) {
            return;
        }
        try (var fields = LogFields.of(snapshot.id())) {
            switch (snapshot.replica().phase()) {
                case ENDED -> ended(snapshot);
                case RUNNING -> running(snapshot);
                default -> waiting(snapshot, certain);
            }
            if (snapshot.deletion().isPresent() && !snapshot.over()) {
                deletedByOthers(
                        snapshot.id(),
                        snapshot.container(),
                        left(snapshot.deletion().get()));
            }
        }
    }

    private void ended(PodSnapshot snapshot) {
        forget(snapshot.container());
        var exit = snapshot.replica().outcome().exit();
        exit.ifPresent(end -> lifecycle.apply(
                snapshot.container(),
                new Fact.Died(snapshot.container(), end, snapshot.replica().since())));
        lifecycle.apply(snapshot.id(), snapshot.inspected(clock.instant()));
    }

    private void running(PodSnapshot snapshot) {
        var id = snapshot.id();
        unscheduled.remove(snapshot.container());
        if (lifecycle.apply(id, snapshot.inspected(clock.instant())).asks(Action.Probe.class)) {
            starting.add(snapshot.container());
        }
        if (snapshot.begun() && starting.remove(snapshot.container())) {
            health.found(id, snapshot.health());
        }
        if (isOf(snapshot)) {
            health.checked(id, snapshot.health());
        }
    }

    private boolean isOf(PodSnapshot snapshot) {
        return index.container(snapshot.id()).equals(Optional.of(snapshot.container()));
    }

    /** A launch stays pending until its container runs: the scheduler and the kubelet have their time. */
    private void waiting(PodSnapshot snapshot, boolean certain) {
        var id = snapshot.id();
        var known = lifecycle.known(id);
        var launched = known.state() == State.PENDING && isOf(snapshot);
        if (launched && snapshot.hindered().isPresent() && known.launching() == Launching.UNANSWERED) {
            lifecycle.apply(id, new Fact.Refused(snapshot.hindered().get(), false, Optional.empty(), clock.instant()));
            end(id, snapshot.container());
        } else if (known.state() == State.ENDED && isOf(snapshot) && certain) {
            end(id, snapshot.container());
        } else if (!launched || snapshot.gated() && certain) {
            lifecycle.apply(id, snapshot.inspected(clock.instant()));
        }
        if (launched) {
            announce(snapshot);
        }
    }

    /** The kubelet would try for ever to start a container that counts as ended. */
    private void end(ReplicaId id, String container) {
        calls.soon(id.owner(), () -> {
            try {
                calls.api().end(id, container);
            } catch (KubernetesClientException failed) {
                LOG.debugf("%s could not be ended, the next sync does: %s", PodMarks.name(id), failed.getMessage());
            }
        });
    }

    private void announce(PodSnapshot snapshot) {
        snapshot.waiting()
                .filter(why -> !why.message().equals(unscheduled.put(snapshot.container(), why.message())))
                .ifPresent(why -> announcements.warn(snapshot.id(), why.reason(), why.message()));
    }

    private Duration left(Instant deadline) {
        var left = Duration.between(clock.instant(), deadline);
        return left.isPositive() ? left : Duration.ZERO;
    }

    /** Somebody deleted or evicted the Pod, or its node was lost: its replica is leaving, and a successor follows it. */
    private void deletedByOthers(ReplicaId id, String container, Duration grace) {
        var state = lifecycle.known(id).state();
        var stays = state == State.PENDING || state == State.CREATED || state == State.RUNNING;
        if (stays && index.container(id).equals(Optional.of(container))) {
            lifecycle.remove(new Removal(id, grace, Cause.POD_DELETED));
        }
    }

    @Override
    public void gone(Pod pod, Optional<Pod> last) {
        PodMarks.read(cluster, pod, PodMarks.reader(pod)).ifPresent(mark -> {
            last.flatMap(this::snapshot).filter(PodSnapshot::over).ifPresent(this::ended);
            absent(mark.id(), pod.getMetadata().getUid());
        });
    }

    private void absent(ReplicaId id, String container) {
        forget(container);
        removals.gone(container);
        deletedByOthers(id, container, Duration.ZERO);
        lifecycle.apply(container, new Fact.Absent(container, clock.instant()));
    }

    private void forget(String container) {
        starting.remove(container);
        unscheduled.remove(container);
    }

    @Override
    public void sync(List<Pod> all) {
        var uids = all.stream().map(pod -> pod.getMetadata().getUid()).collect(Collectors.toSet());
        var unanswered = lifecycle.unansweredLaunches();
        all.forEach(pod -> snapshot(pod).ifPresent(snapshot -> apply(snapshot, true)));
        index.knownContainers().stream()
                .filter(container -> !uids.contains(container))
                .forEach(this::inspect);
        unanswered.stream().filter(id -> index.container(id).isEmpty()).forEach(this::read);
        lifecycle.synced();
    }
}
