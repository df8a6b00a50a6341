package dev.mayfly.runtime.docker;

import com.github.dockerjava.api.exception.DockerException;
import dev.mayfly.host.Host;
import dev.mayfly.model.Observed;
import dev.mayfly.model.Phase;
import dev.mayfly.model.Priority;
import dev.mayfly.model.Removal;
import dev.mayfly.model.Replica;
import dev.mayfly.model.ReplicaId;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;

/**
 * Carries removals out. Stopping takes no place in the engine's queue: the signal is sent at once and a timer set; only kill
 * and remove go through the governor, else 50 graceful stops would starve every heal.
 */
final class Removals {
    private static final Logger LOG = Logger.getLogger(Removals.class);
    private static final Duration RETRY = Duration.ofSeconds(2);

    private final Supplier<Engine> engine;
    private final ReplicaIndex index;
    private final Governor governor;
    private final ReplicaVolumes volumes;
    private final Auditor auditor;
    private final Announcements announcements;
    private final InstantSource clock;
    private final ScheduledExecutorService timers;
    private final Map<ReplicaId, Duration> graces = new ConcurrentHashMap<>();
    private final Map<ReplicaId, String> signals = new ConcurrentHashMap<>();
    /** Replicas that got their stop signal, once, and have their grace. */
    private final Set<ReplicaId> stopping = ConcurrentHashMap.newKeySet();
    /** Those of them that a fresh one is to follow in their slot. */
    private final Set<ReplicaId> replacing = ConcurrentHashMap.newKeySet();
    /** Removals that wait for the governor, or that the engine is working on. */
    private final Set<ReplicaId> removing = ConcurrentHashMap.newKeySet();

    Removals(
            Supplier<Engine> engine,
            ReplicaIndex index,
            Governor governor,
            ReplicaVolumes volumes,
            Auditor auditor,
            Announcements announcements,
            InstantSource clock,
            ScheduledExecutorService timers) {
        this.engine = engine;
        this.index = index;
        this.governor = governor;
        this.volumes = volumes;
        this.auditor = auditor;
        this.announcements = announcements;
        this.clock = clock;
        this.timers = timers;
    }

    /**
     * @param cancels true for a launch that never reached the engine: forgetting it is all there is to do
     * @param underWay true for a launch that the engine is working on: it goes on with the removal when it is done
     */
    void accept(Removal removal, Predicate<ReplicaId> cancels, Predicate<ReplicaId> underWay) {
        var id = removal.id();
        var accepted = new boolean[1];
        var first = graces.putIfAbsent(id, removal.grace()) == null; // before anybody sees that it is leaving
        index.change(id.owner(), observed -> {
            var known = observed.find(id);
            if (known.isEmpty() || known.get().phase().leaving()) {
                return observed;
            }
            accepted[0] = true;
            return asked(observed, known.get(), cancels);
        });
        if (accepted[0] && removal.cause() == Removal.Cause.RECREATE) {
            replacing.add(id);
        }
        if (!accepted[0] || index.find(id).isEmpty()) {
            if (first) {
                graces.remove(id);
            }
        } else if (!underWay.test(id)) {
            resume(id);
        }
    }

    private Observed asked(Observed observed, Replica replica, Predicate<ReplicaId> cancels) {
        return switch (replica.phase()) {
            case FAILED, LOST -> observed.without(replica.id());
            case PENDING ->
                cancels.test(replica.id())
                        ? observed.without(replica.id())
                        : observed.with(replica.in(Phase.TERMINATING, clock.instant()));
            case RUNNING -> observed.with(replica.in(Phase.TERMINATING, clock.instant()));
            default -> observed.with(replica.in(Phase.REMOVING, clock.instant()));
        };
    }

    /** How the container is to be stopped, learnt when it was made or seen. */
    void stopSignal(ReplicaId id, String signal) {
        signals.put(id, signal);
    }

    /** Goes on with a removal that was asked for, as soon as its container is known. Idempotent. */
    void resume(ReplicaId id) {
        var leaving = index.find(id).map(Replica::phase).filter(Phase::leaving);
        var container = index.container(id);
        if (leaving.isEmpty() || container.isEmpty()) {
            return;
        }
        var grace = graces.getOrDefault(id, Duration.ZERO);
        if (leaving.get() == Phase.REMOVING || grace.isZero()) {
            delete(id);
        } else {
            if (stopping.add(id)) {
                timers.execute(() -> stop(id, container.get(), grace));
            }
        }
    }

    /** Its process ended: nothing more to wait for. */
    void ended(ReplicaId id) {
        delete(id);
    }

    /** True where a removal is being carried out and needs nobody's help. */
    boolean underWay(ReplicaId id) {
        return stopping.contains(id) || removing.contains(id);
    }

    /** True where the engine was told, or is about to be told, to remove it. */
    boolean deleting(ReplicaId id) {
        return removing.contains(id);
    }

    private void stop(ReplicaId id, String container, Duration grace) {
        try {
            if (engine.get().signal(container, signals.getOrDefault(id, "SIGTERM"))) {
                timers.schedule(() -> delete(id), grace.toMillis(), TimeUnit.MILLISECONDS);
            } else {
                delete(id);
            }
        } catch (RuntimeException failed) {
            LOG.warnf(
                    "Stop signal to %s failed, it will be killed after its grace: %s",
                    id.replica(), EngineWords.of(failed));
            timers.schedule(() -> delete(id), grace.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    private void delete(ReplicaId id) {
        var container = index.container(id);
        stopping.remove(id);
        if (container.isPresent() && removing.add(id)) {
            governor.submit(Priority.REMOVE, id.owner(), () -> deleted(id, container.get()));
        }
    }

    private boolean deleted(ReplicaId id, String container) {
        try {
            auditor.lastLook(id); // what it wrote goes with its container
            engine.get().remove(container);
            volumes.discard(id);
            gone(id);
            announcements.about(id, "SuccessfulDelete");
            return true;
        } catch (DockerException | Host.Refused refused) {
            announcements.warn(id, "FailedDelete", EngineWords.of(refused));
            retry(id);
            return true;
        } catch (RuntimeException silence) {
            retry(id);
            return false;
        }
    }

    private void retry(ReplicaId id) {
        removing.remove(id);
        timers.schedule(() -> delete(id), RETRY.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Removes what a replica without a container left on the host. What can't be removed now is a stray later. */
    void discard(ReplicaId id) {
        try {
            volumes.discard(id);
        } catch (Host.Refused refused) {
            LOG.warn(refused.getMessage());
        }
    }

    /** The same for replicas that nobody remembers: their containers went while no operator looked. */
    void discardStrays() {
        volumes.discardAllBut(() ->
                index.all().stream().flatMap(Observed::all).map(Replica::id).collect(Collectors.toSet()));
    }

    /** Its container is gone: the slot is free. */
    void gone(ReplicaId id) {
        discard(id);
        auditor.gone(id);
        graces.remove(id);
        stopping.remove(id);
        signals.remove(id);
        if (replacing.remove(id)) {
            index.replaced(id, clock.instant());
        } else {
            index.remove(id);
        }
        removing.remove(id);
    }
}
