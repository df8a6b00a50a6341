package dev.mayfly.runtime.support;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.mayfly.core.model.ExponentialBackOff;
import dev.mayfly.core.model.Failure;
import dev.mayfly.core.model.Launch;
import dev.mayfly.core.model.Launch.Priority;
import dev.mayfly.core.model.Removal;
import dev.mayfly.core.model.Replica;
import dev.mayfly.core.model.ReplicaId;
import dev.mayfly.runtime.LogFields;
import dev.mayfly.runtime.Measuring.Measurement.Launching.Stage;
import dev.mayfly.runtime.support.CallQueue.Call;
import dev.mayfly.runtime.support.KnownReplica.Launching;
import dev.mayfly.runtime.support.Step.Action;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jboss.logging.Logger;

/**
 * Passes facts to the index, carries out the actions that follow, and announces what users should know of. Removals go
 * through the queue of calls; graceful stops don't, since 50 of them would starve every heal.
 */
public final class Lifecycle {
    private static final Logger LOG = Logger.getLogger(Lifecycle.class);
    /** An engine may refuse a removal for hours, and each try is an Event. */
    private static final ExponentialBackOff REFUSED =
            new ExponentialBackOff(Duration.ofSeconds(2), 2, Duration.ofSeconds(10));
    /** Failures that are announced elsewhere: by the failed pull, and in the condition. */
    private static final Set<String> ANNOUNCED_ELSEWHERE = Set.of(Failure.PULL_BACK_OFF, Failure.NOT_COMPLIANT);

    private final ReplicaIndex index;
    private final Containers containers;
    private final CallQueue queue;
    private final GracefulStops stops;
    private final Announcements announcements;
    private final Timers timers;
    private final InstantSource clock;
    private final Measurements measurements;
    /** Refused removals in a row, by container. Silence is not counted: it ends for all containers at once. */
    private final Cache<String, Integer> refusals;

    /** A life cycle that nobody measures. */
    public Lifecycle(
            ReplicaIndex index,
            Containers containers,
            CallQueue queue,
            GracefulStops stops,
            Announcements announcements,
            Timers timers,
            InstantSource clock) {
        this(index, containers, queue, stops, announcements, timers, clock, new Measurements());
    }

    /** @param measurements is told of each launch and removal */
    public Lifecycle(
            ReplicaIndex index,
            Containers containers,
            CallQueue queue,
            GracefulStops stops,
            Announcements announcements,
            Timers timers,
            InstantSource clock,
            Measurements measurements) {
        this.measurements = measurements;
        this.index = index;
        this.containers = containers;
        this.queue = queue;
        this.stops = stops;
        this.announcements = announcements;
        this.timers = timers;
        this.clock = clock;
        this.refusals = Caffeine.newBuilder()
                .expireAfterWrite(REFUSED.longest().multipliedBy(2))
                .ticker(() -> timers.elapsed().toNanos())
                .executor(Runnable::run)
                .build();
    }

    /**
     * Accepts a launch and has it carried out once it is first in the queue, unless it is cancelled before.
     *
     * @param carryOut returns true if the engine answered
     */
    public void launch(Launch launch, Predicate<Launch> carryOut) {
        if (accept(launch)) {
            submit(launch, () -> carryOut.test(launch));
        }
    }

    /** Accepts a launch. True if it is to be carried out; otherwise it repeats an earlier one, or is not due yet. */
    public boolean accept(Launch launch) {
        var now = clock.instant();
        var ended = replacedEnd(launch);
        var accepted = apply(launch.id(), new Fact.LaunchAccepted(launch, now)).asks(Action.Launch.class);
        if (accepted) {
            measurements.accepted(launch.id(), launch.priority(), now, ended);
        }
        return accepted;
    }

    /** When the replica ended that the launch replaces; empty if it is no heal. */
    private Optional<Instant> replacedEnd(Launch launch) {
        var id = launch.id();
        return launch.priority() == Priority.HEAL
                ? index.find(new ReplicaId(id.owner(), id.slot(), id.attempt() - 1))
                        .filter(replaced -> replaced.phase().terminated())
                        .map(Replica::since)
                : Optional.empty();
    }

    /** Begins to carry a launch out. True if it was not cancelled meanwhile: from now on it can't be. */
    public boolean begin(Launch launch) {
        return proceeds(launch.id(), new Fact.LaunchBegun(launch), Stage.BEGUN);
    }

    /** Requests that concern the warm pool, besides releases. */
    public HoldRequests holds() {
        return new HoldRequests(this, announcements, clock);
    }

    /**
     * The container of a launch exists. True if the launch continues; {@link Fact.Started}, {@link Fact.Waits},
     * {@link Fact.Refused} or {@link Fact.Unanswered} follows then.
     */
    public boolean created(ReplicaId id, String container, Stopping stopping) {
        return proceeds(id, new Fact.Created(container, stopping), Stage.CREATED);
    }

    private boolean proceeds(ReplicaId id, Fact fact, Stage stage) {
        var proceeds = apply(id, fact).asks(Action.Proceed.class);
        if (proceeds) {
            measurements.reached(id, stage);
        }
        return proceeds;
    }

    /** Accepts a removal and carries it out. */
    public void remove(Removal removal) {
        apply(removal.id(), new Fact.RemovalAccepted(removal, clock.instant()));
    }

    /**
     * Applies a fact to a replica.
     *
     * @return the new state. Its actions are being carried out, except {@link Action.Launch}, {@link Action.Proceed}
     *     and {@link Action.Probe}, which are left to the caller
     */
    public Step apply(ReplicaId id, Fact fact) {
        try (var fields = LogFields.of(id)) {
            return follow(id, fact);
        }
    }

    private Step follow(ReplicaId id, Fact fact) {
        var removal = fact instanceof Fact.Gone ? index.known(id).removal() : Optional.<Removal>empty();
        var unanswered = fact instanceof Fact.Seen && index.known(id).launching() == Launching.UNANSWERED;
        var step = index.apply(id, fact);
        measurements.follow(id, fact, removal.map(Removal::cause));
        step.actions().forEach(action -> carryOut(id, action));
        if (unanswered && step.asks(Action.Probe.class)) { // how the start of a launch is known that nobody answers
            measurements.found(id, ((Fact.Seen) fact).at());
            announcements.about(id, "SuccessfulCreate");
        }
        announce(id, fact);
        return step;
    }

    private void announce(ReplicaId id, Fact fact) {
        switch (fact) {
            case Fact.Started started -> {
                LOG.debugf("%s is started", id.replica());
                announcements.about(id, "SuccessfulCreate");
            }
            case Fact.Waits waits -> announcements.about(id, "BackOff");
            case Fact.Refused refused -> {
                var failure = refused.failure();
                if (!ANNOUNCED_ELSEWHERE.contains(failure.reason())) {
                    announcements.warn(id, failure.reason(), failure.message());
                }
            }
            default -> {} // an Event about each would give users nothing to act on
        }
    }

    /** Applies a fact to the replica that has this container, if there is one. */
    public void apply(String container, Fact fact) {
        index.replica(container).ifPresent(id -> apply(id, fact));
    }

    /** Queues a call to the engine for a replica with all others. @param call returns true if the engine answered */
    public void submit(Priority priority, ReplicaId id, BooleanSupplier call) {
        queue.submit(priority, id.owner(), () -> logged(id, call));
    }

    /** Queues a launch that was accepted, unless it is cancelled before it begins. @param carryOut returns true if the engine answered */
    public void submit(Launch launch, BooleanSupplier carryOut) {
        queue.submit(launch.priority(), launch.id().owner(), new Call() {
            @Override
            public boolean getAsBoolean() {
                return logged(launch.id(), () -> !begin(launch) || carryOut.getAsBoolean());
            }

            @Override
            public boolean isNeeded() {
                return ReplicaLife.next(index.known(launch.id()), new Fact.LaunchBegun(launch))
                        .asks(Action.Proceed.class);
            }
        });
    }

    private static boolean logged(ReplicaId id, BooleanSupplier call) {
        try (var fields = LogFields.of(id)) {
            return call.getAsBoolean();
        }
    }

    /** A preStop command exited. */
    public void commandEnded(String command, int exitCode) {
        stops.commandEnded(command, exitCode);
    }

    public KnownReplica known(ReplicaId id) {
        return index.known(id);
    }

    public Optional<String> container(ReplicaId id) {
        return index.container(id);
    }

    /** The operator connected to another engine, or reconnected. */
    public void reconnected() {
        index.pendingExits().forEach(id -> apply(id, new Fact.Reconnected()));
    }

    /** Unanswered launches, whose result only a full synchronization shows. */
    public Set<ReplicaId> unansweredLaunches() {
        return index.unansweredLaunches();
    }

    /** A full synchronization ended. */
    public void synced() {
        index.ids().forEach(id -> apply(id, new Fact.Synced()));
        index.settle();
    }

    private void carryOut(ReplicaId id, Action action) {
        switch (action) {
            case Action.Inspect inspect -> containers.inspect(inspect.container());
            case Action.Stop stop -> stop(id, stop);
            case Action.Delete delete -> {
                stops.ended(id);
                containers.beforeRemoval(id, () -> submit(Priority.REMOVE, id, () -> deleted(id, delete.container())));
            }
            case Action.DeleteLater later ->
                timers.after(
                        id.owner(), pause(later.container()), () -> apply(id, new Fact.DeletionDue(later.container())));
            case Action.Discard discard -> {
                stops.ended(id);
                var writes = discarded(id);
                containers.afterRemoval(id, left -> {
                    left.ifPresent(refused -> LOG.warn(refused.getMessage())); // the next full list tries it again
                    apply(id, new Fact.Gone(discard.container(), writes, clock.instant()));
                });
            }
            case Action.Report report ->
                announcements.warn(id, report.found().reason(), report.found().message());
            case Action.Launch caller -> {}
            case Action.Proceed caller -> {}
            case Action.Probe caller -> {}
            case Action.Remember index -> {}
            case Action.Correct index -> {}
        }
    }

    private Duration pause(String container) {
        return REFUSED.delay(refusals(container).orElse(1), container);
    }

    private Optional<Integer> refusals(String container) {
        return Optional.ofNullable(refusals.getIfPresent(container));
    }

    /** A failure must not block the slot for ever: the container is already gone. */
    private List<String> discarded(ReplicaId id) {
        try {
            return containers.discard(id);
        } catch (RuntimeException defect) {
            LOG.errorf(defect, "Resources of %s could not be removed", id.replica());
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
                () -> apply(id, new Fact.GraceOver(container)),
                () -> apply(id, new Fact.NotRunning(container)));
    }

    private boolean deleted(ReplicaId id, String container) {
        try {
            var writes = containers.remove(id, container);
            containers.afterRemoval(
                    id,
                    left -> left.ifPresentOrElse(
                            refused -> notDeleted(id, container, refused), () -> gone(id, container, writes)));
            return true;
        } catch (EngineRefused refused) {
            notDeleted(id, container, refused);
            return true;
        } catch (RuntimeException | Error silence) {
            apply(id, new Fact.NotDeleted(container));
            return false;
        }
    }

    private void gone(ReplicaId id, String container, List<String> writes) {
        apply(id, new Fact.Gone(Optional.of(container), writes, clock.instant()));
        announcements.about(id, "SuccessfulDelete");
    }

    private void notDeleted(ReplicaId id, String container, EngineRefused refused) {
        announcements.warn(id, "FailedDelete", refused.getMessage());
        refusals.put(container, refusals(container).orElse(0) + 1);
        apply(id, new Fact.NotDeleted(container));
    }

    /** Operations on containers that {@link Lifecycle} requests. */
    public interface Containers {

        /** Inspects the container, at once or soon, and reports the result to {@link Lifecycle}. */
        void inspect(String container);

        /**
         * Does what must precede the removal and takes longer than a call to the engine. By default, nothing does.
         *
         * @param then requests the removal; called once, by any thread, even if that failed
         */
        default void beforeRemoval(ReplicaId id, Runnable then) {
            then.run();
        }

        /**
         * Kills and removes the container; returns when it is gone. Succeeds if there is no such container.
         *
         * @return known paths that it wrote outside of volumes
         * @throws EngineRefused if the engine or the host refuses; any other exception means that it did not answer.
         *     Both are retried
         */
        List<String> remove(ReplicaId id, String container);

        /**
         * Removes the files that the replica left, after its container was removed: that takes longer than a call to the
         * engine. By default, it left none.
         *
         * @param then called once, by any thread, with what was refused; the removal is then retried
         */
        default void afterRemoval(ReplicaId id, Consumer<Optional<EngineRefused>> then) {
            then.accept(Optional.empty());
        }

        /**
         * Forgets a replica that has no container, or no longer has one; {@link #afterRemoval} follows. By default, nothing
         * is to be forgotten.
         *
         * @return as {@link #remove}
         */
        default List<String> discard(ReplicaId id) {
            return List.of();
        }
    }
}
