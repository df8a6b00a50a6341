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
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;

/**
 * Carries removals out. Stopping takes no place in the engine's queue: only kill and remove go through the governor, else 50
 * graceful stops would starve every heal.
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
    private final GracefulStops stops;
    private final RecentEndings endings;
    private final ImageUses uses;
    private final Map<ReplicaId, Removal> accepted = new ConcurrentHashMap<>();
    private final Map<ReplicaId, Stopping> known = new ConcurrentHashMap<>();
    /** Replicas that have no time left to end by themselves. */
    private final Set<ReplicaId> killed = ConcurrentHashMap.newKeySet();
    /** Removals that wait for the governor, or that the engine is working on. */
    private final Set<ReplicaId> removing = ConcurrentHashMap.newKeySet();

    Removals(
            Supplier<Engine> engine,
            ReplicaIndex index,
            Governor governor,
            ReplicaVolumes volumes,
            Auditor auditor,
            RecentEndings endings,
            ImageUses uses,
            Announcements announcements,
            InstantSource clock,
            ScheduledExecutorService timers) {
        this.engine = engine;
        this.index = index;
        this.governor = governor;
        this.volumes = volumes;
        this.auditor = auditor;
        this.endings = endings;
        this.uses = uses;
        this.stops = new GracefulStops(engine, timers, announcements);
        this.announcements = announcements;
        this.clock = clock;
        this.timers = timers;
    }

    /**
     * @param mayRun false for a pending one that never will: it needs no stop, and without a container it is only forgotten
     * @param underWay true for a launch that the engine is working on: it goes on with the removal when it is done
     */
    void accept(Removal removal, Predicate<ReplicaId> mayRun, Predicate<ReplicaId> underWay) {
        var id = removal.id();
        var taken = new boolean[1];
        var first = accepted.putIfAbsent(id, removal) == null; // before anybody sees that it is leaving
        index.change(id.owner(), observed -> {
            var replica = observed.find(id);
            if (replica.isEmpty() || replica.get().phase().leaving()) {
                return observed;
            }
            taken[0] = true;
            return asked(observed, replica.get(), mayRun);
        });
        if (!taken[0] || index.find(id).isEmpty()) {
            if (first) {
                accepted.remove(id);
            }
        } else if (!underWay.test(id)) {
            resume(id);
        }
    }

    private Observed asked(Observed observed, Replica replica, Predicate<ReplicaId> mayRun) {
        return switch (replica.phase()) {
            case FAILED, LOST -> observed.without(replica.id());
            case PENDING -> {
                var stopped = observed.with(replica.in(Phase.TERMINATING, clock.instant()));
                var removed = observed.with(replica.in(Phase.REMOVING, clock.instant()));
                var made = index.container(replica.id()).isPresent();
                yield mayRun.test(replica.id()) ? stopped : made ? removed : observed.without(replica.id());
            }
            case RUNNING -> observed.with(replica.in(Phase.TERMINATING, clock.instant()));
            default -> observed.with(replica.in(Phase.REMOVING, clock.instant()));
        };
    }

    /** How the container is to be stopped, learnt when it was made or seen. */
    void knows(ReplicaId id, Stopping stopping) {
        known.put(id, stopping);
    }

    /** True where it was asked to go before it was started: it never is then, and needs no stop. */
    boolean overtakes(ReplicaId id) {
        index.change(
                id,
                replica ->
                        replica.phase() == Phase.TERMINATING ? replica.in(Phase.REMOVING, clock.instant()) : replica);
        return index.find(id)
                .filter(replica -> replica.phase() == Phase.PENDING)
                .isEmpty();
    }

    /** Its launch is over. @param doubtful true: it may have a container of which nobody knows yet */
    void launched(ReplicaId id, boolean doubtful) {
        var leaving = index.find(id).filter(replica -> replica.phase().leaving());
        if (leaving.isPresent() && index.container(id).isEmpty() && !doubtful) {
            gone(id);
        } else {
            resume(id);
        }
    }

    /** Goes on with a removal that was asked for, as soon as its container is known. Idempotent. */
    void resume(ReplicaId id) {
        var leaving = index.find(id).map(Replica::phase).filter(Phase::leaving);
        var container = index.container(id);
        if (leaving.isEmpty() || container.isEmpty()) {
            return;
        }
        var grace = Optional.ofNullable(accepted.get(id)).map(Removal::grace).orElse(Duration.ZERO);
        if (leaving.get() == Phase.REMOVING) {
            delete(id);
        } else if (grace.isZero()) {
            kill(id);
        } else if (!removing.contains(id)) {
            var how = known.getOrDefault(id, Stopping.DEFAULT);
            stops.begin(id, container.get(), how, grace, () -> kill(id), () -> delete(id));
        }
    }

    /** Its process ended: nothing more to wait for. */
    void ended(ReplicaId id) {
        delete(id);
    }

    /** A command that some replica was to run before its stop signal ended. */
    void commandEnded(String exec, int exitCode) {
        stops.commandEnded(exec, exitCode);
    }

    /** True where a removal is being carried out and needs nobody's help. */
    boolean underWay(ReplicaId id) {
        return stops.underWay(id) || removing.contains(id);
    }

    /** True where the engine was told, or is about to be told, to remove it. */
    boolean deleting(ReplicaId id) {
        return removing.contains(id);
    }

    private void kill(ReplicaId id) {
        killed.add(id);
        delete(id);
    }

    private void delete(ReplicaId id) {
        var container = index.container(id);
        stops.ended(id);
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
            retry(id, container);
            return true;
        } catch (RuntimeException | Error silence) {
            retry(id, container);
            return false;
        }
    }

    /** Of that container only: where it is gone after all, another may have its id by then. */
    private void retry(ReplicaId id, String container) {
        removing.remove(id);
        timers.schedule(
                () -> index.container(id).filter(container::equals).ifPresent(there -> delete(id)),
                RETRY.toMillis(),
                TimeUnit.MILLISECONDS);
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
        stops.ended(id);
        var removal = accepted.remove(id);
        index.container(id).ifPresent(container -> remember(id, container, removal));
        index.find(id).ifPresent(replica -> uses.ended(replica, clock.instant()));
        auditor.gone(id);
        killed.remove(id);
        known.remove(id);
        if (removal != null && removal.cause().succeeded()) {
            index.replaced(id, clock.instant());
        } else {
            index.remove(id);
        }
        removing.remove(id);
    }

    private void remember(ReplicaId id, String container, Removal removal) {
        var stopped = index.find(id).filter(replica -> replica.phase() == Phase.TERMINATING);
        if (removal != null && stopped.isPresent()) {
            var paths = auditor.paths(id);
            endings.asked(stopped.get(), container, removal, killed.contains(id), paths, clock.instant());
        } else {
            endings.forgetContainer(container);
        }
    }
}
