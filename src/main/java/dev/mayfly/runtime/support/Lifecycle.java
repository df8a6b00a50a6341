package dev.mayfly.runtime.support;

import dev.mayfly.core.model.Launch.Priority;
import dev.mayfly.core.model.OwnerId;
import dev.mayfly.core.model.ReplicaId;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jboss.logging.Logger;

/**
 * Has the index learn facts, and carries out what they ask for. Stopping takes no place in the engine's queue: only removing goes
 * through the governor, else 50 graceful stops would starve every heal.
 */
public final class Lifecycle {
    private static final Logger LOG = Logger.getLogger(Lifecycle.class);
    private static final Duration RETRY = Duration.ofSeconds(2);

    private final ReplicaIndex index;
    private final Containers containers;
    private final Governor governor;
    private final GracefulStops stops;
    private final Announcements announcements;
    private final ScheduledExecutorService timers;
    private final InstantSource clock;

    public Lifecycle(
            ReplicaIndex index,
            Containers containers,
            Governor governor,
            GracefulStops stops,
            Announcements announcements,
            ScheduledExecutorService timers,
            InstantSource clock) {
        this.index = index;
        this.containers = containers;
        this.governor = governor;
        this.stops = stops;
        this.announcements = announcements;
        this.timers = timers;
        this.clock = clock;
    }

    /**
     * A fact was learnt of a replica.
     *
     * @return what is known now. What it asks for is being carried out, except that {@link Action.Launch}, {@link
     *     Action.Proceed} and {@link Action.Probe} are left to the caller
     */
    public Step tell(ReplicaId id, Fact fact) {
        var step = index.learn(id, fact);
        step.actions().forEach(action -> carryOut(id, action));
        return step;
    }

    /** A fact about a container, of whatever replica it is. */
    public void tell(String container, Fact fact) {
        index.replica(container).ifPresent(id -> tell(id, fact));
    }

    /** A call of the engine that takes its turn among all others. @param job true where the engine answered */
    public void submit(Priority priority, OwnerId owner, BooleanSupplier job) {
        governor.submit(priority, owner, job);
    }

    /** A command that some replica was to run before its stop signal ended. */
    public void commandEnded(String command, int exitCode) {
        stops.commandEnded(command, exitCode);
    }

    public KnownReplica known(ReplicaId id) {
        return index.known(id);
    }

    public Optional<String> container(ReplicaId id) {
        return index.container(id);
    }

    public Announcements announcements() {
        return announcements;
    }

    /** Another engine is connected, or the same one anew. */
    public void reconnected() {
        index.told().forEach(id -> tell(id, new Fact.Reconnected()));
    }

    /** Launches that only a look at everything can tell of. */
    public Set<ReplicaId> doubtful() {
        return index.doubtful();
    }

    /** Everything was looked at. */
    public void reviewed() {
        index.ids().forEach(id -> tell(id, new Fact.Reviewed()));
        index.settle();
    }

    private void carryOut(ReplicaId id, Action action) {
        switch (action) {
            case Action.Look look -> containers.look(look.container());
            case Action.Stop stop -> stop(id, stop);
            case Action.Delete delete -> {
                stops.ended(id);
                governor.submit(Priority.REMOVE, id.owner(), () -> deleted(id, delete.container()));
            }
            case Action.DeleteLater later ->
                timers.schedule(
                        () -> tell(id, new Fact.DeletionDue(later.container())),
                        RETRY.toMillis(),
                        TimeUnit.MILLISECONDS);
            case Action.Discard discard -> {
                stops.ended(id);
                tell(id, new Fact.Gone(discard.container(), discarded(id), clock.instant()));
            }
            case Action.Launch caller -> {}
            case Action.Proceed caller -> {}
            case Action.Probe caller -> {}
            case Action.Remember index -> {}
        }
    }

    /** Whatever fails here: the container is gone, and the slot must not wait for ever. */
    private List<String> discarded(ReplicaId id) {
        try {
            return containers.discard(id);
        } catch (RuntimeException defect) {
            LOG.errorf(defect, "What belonged to %s could not be removed", id.replica());
            return List.of();
        }
    }

    private void stop(ReplicaId id, Action.Stop stop) {
        var container = stop.container();
        stops.begin(
                id,
                container,
                stop.how(),
                stop.grace(),
                () -> tell(id, new Fact.GraceOver(container)),
                () -> tell(id, new Fact.NotRunning(container)));
    }

    private boolean deleted(ReplicaId id, String container) {
        try {
            var writes = containers.remove(id, container);
            tell(id, new Fact.Gone(Optional.of(container), writes, clock.instant()));
            announcements.about(id, "SuccessfulDelete");
            return true;
        } catch (EngineRefused refused) {
            announcements.warn(id, "FailedDelete", refused.getMessage());
            tell(id, new Fact.NotDeleted(container));
            return true;
        } catch (RuntimeException | Error silence) {
            tell(id, new Fact.NotDeleted(container));
            return false;
        }
    }
}
