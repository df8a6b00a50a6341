package dev.mayfly.runtime.support;

import dev.mayfly.core.model.Observed;
import dev.mayfly.core.model.OwnerId;
import dev.mayfly.core.model.Replica;
import dev.mayfly.core.model.ReplicaId;
import dev.mayfly.core.model.Template.Requests;
import dev.mayfly.core.model.Usage;
import dev.mayfly.runtime.ContainerRuntime.Capacity;
import dev.mayfly.runtime.ContainerRuntime.Capacity.Used;
import dev.mayfly.runtime.support.Step.Action;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;

/**
 * State of every workload's replicas and their containers. Changes of one workload are atomic: they are pure functions,
 * applied under the workload's lock; the resulting actions are carried out after it is released.
 */
public final class ReplicaIndex {
    private static final Logger LOG = Logger.getLogger(ReplicaIndex.class);
    /** Upper bound for the duration of any call to the engine. */
    private static final Duration UNDER_WAY = Duration.ofMinutes(10);

    private final TerminationHistory terminations;
    private final Map<OwnerId, Observed> owners = new ConcurrentHashMap<>();
    /** State beyond {@link Observed}, without the replica. Changed only under the owner's lock. */
    private final Map<ReplicaId, KnownReplica> known = new ConcurrentHashMap<>();

    private final Map<String, ReplicaId> replicas = new ConcurrentHashMap<>();
    /**
     * Removed containers with the time of their removal, from {@link System#nanoTime}. Not a cache that expires: each
     * expiry is a fact, applied when a full synchronization ends.
     */
    private final Map<String, RemovedContainer> removed = new ConcurrentHashMap<>();

    private final UsedCapacity used = new UsedCapacity();
    private final List<Consumer<OwnerId>> watchers = new CopyOnWriteArrayList<>();

    private record RemovedContainer(ReplicaId id, long at) {}

    public ReplicaIndex() {
        this(new TerminationHistory());
    }

    /** @param terminations where terminations are recorded before it is published that a replica is over */
    public ReplicaIndex(TerminationHistory terminations) {
        this.terminations = terminations;
    }

    public Observed observe(OwnerId owner, Instant now) {
        var observed = owners.get(owner);
        return observed == null ? Observed.none(owner, now) : observed.at(now);
    }

    /** The capacity of a machine whose replicas are all in this index. @param total its resources */
    public Capacity capacity(Supplier<Requests> total) {
        return new Capacity() {
            @Override
            public Requests total() {
                return total.get();
            }

            @Override
            public Used usedExcept(Set<OwnerId> owners, String namespace) {
                return ReplicaIndex.this.usedExcept(owners, namespace);
            }
        };
    }

    /** As {@link Capacity#usedExcept}. */
    public Used usedExcept(Set<OwnerId> without, String namespace) {
        return used.except(without, namespace);
    }

    public Set<OwnerId> owners() {
        return Set.copyOf(owners.keySet());
    }

    /** True if more than one workload has replicas. */
    public boolean isShared() {
        return owners.size() > 1;
    }

    public List<Observed> all() {
        return List.copyOf(owners.values());
    }

    /** Applies a fact to a replica, see {@link ReplicaLife}. Notifies the watchers if the observed state changes. */
    Step apply(ReplicaId id, Fact fact) {
        var step = new Step[1];
        change(id.owner(), observed -> {
            var before = known(id, observed);
            step[0] = ReplicaLife.next(before, fact);
            keep(before, step[0]);
            return observed(observed, before.replica(), step[0].known());
        });
        return step[0];
    }

    private KnownReplica known(ReplicaId id, Observed observed) {
        var newest = observed.occupant(id.slot()).map(occupant -> occupant.id().attempt());
        return known.getOrDefault(id, KnownReplica.nothing(id))
                .withReplica(observed.find(id))
                .withSuperseded(newest.filter(attempt -> attempt > id.attempt()).isPresent());
    }

    private void keep(KnownReplica before, Step step) {
        var after = step.known();
        step.actions().forEach(action -> {
            if (action instanceof Action.Remember(var termination)) {
                terminations.add(after.id().owner(), termination);
            } else if (action instanceof Action.Correct(var termination)) {
                terminations.correct(after.id().owner(), termination);
            }
        });
        if (after.blank()) {
            known.remove(after.id());
        } else {
            known.put(after.id(), after.withReplica(Optional.empty())); // the owner has it: no second copy
        }
        if (!after.container().equals(before.container())) {
            before.container().ifPresent(replicas::remove);
            after.container().ifPresent(container -> replicas.put(container, after.id()));
        }
        for (var container : after.removedContainers()) {
            removed.computeIfAbsent(container, unknown -> new RemovedContainer(after.id(), System.nanoTime()));
        }
    }

    private static Observed observed(Observed before, Optional<Replica> replica, KnownReplica after) {
        if (after.replica().equals(replica)) {
            return before;
        }
        return after.replica().map(before::with).orElseGet(() -> before.without(after.id()));
    }

    /**
     * Changes one workload's observed state and notifies the watchers if it did change. Facts go through
     * {@link #apply}.
     */
    public void change(OwnerId owner, UnaryOperator<Observed> change) {
        var changed = new boolean[1];
        owners.compute(owner, (id, before) -> {
            var from = before == null ? Observed.none(owner, Instant.EPOCH) : before;
            var to = change.apply(from);
            changed[0] = to != from;
            if (changed[0]) {
                used.changed(owner, Usage.of(to));
            }
            return to.isEmpty() ? null : to;
        });
        if (changed[0]) {
            notifyWatchers(owner);
        }
    }

    /** Replaces a replica by the result of {@code change}; does nothing if it is unknown or unchanged. */
    public void change(ReplicaId id, UnaryOperator<Replica> change) {
        change(id.owner(), observed -> {
            var before = observed.find(id);
            var after = before.map(change);
            return after.equals(before) ? observed : observed.with(after.get());
        });
    }

    public Optional<Replica> find(ReplicaId id) {
        return Optional.ofNullable(owners.get(id.owner())).flatMap(observed -> observed.find(id));
    }

    /** The full state of a replica. */
    public KnownReplica known(ReplicaId id) {
        return known.getOrDefault(id, KnownReplica.nothing(id)).withReplica(find(id));
    }

    /** All observed replicas. */
    Set<ReplicaId> ids() {
        return all().stream().flatMap(Observed::all).map(Replica::id).collect(Collectors.toSet());
    }

    /** Launches that the engine did not answer. */
    Set<ReplicaId> unansweredLaunches() {
        return known.values().stream()
                .filter(one -> one.launching() == KnownReplica.Launching.UNANSWERED)
                .map(KnownReplica::id)
                .collect(Collectors.toSet());
    }

    /** Replicas whose exit an event reported and which are not yet recorded as terminated. */
    Set<ReplicaId> pendingExits() {
        return known.values().stream()
                .filter(one -> one.end().isPresent())
                .map(KnownReplica::id)
                .collect(Collectors.toSet());
    }

    /** Forgets containers that were removed so long ago that no earlier request can still be answered. */
    void settle() {
        var longAgo = System.nanoTime() - UNDER_WAY.toNanos();
        removed.forEach((container, removal) -> {
            if (removal.at() - longAgo < 0) {
                apply(removal.id(), new Fact.Settled(container));
                removed.remove(container);
            }
        });
        known.keySet().stream()
                .filter(id -> find(id).isEmpty())
                .forEach(id -> apply(id, new Fact.Settled(""))); // of one that was forgotten with its successor
    }

    /** True for a recently removed container, which answers to earlier requests may still contain. */
    public boolean wasRemoved(String container) {
        return removed.containsKey(container);
    }

    public Optional<String> container(ReplicaId id) {
        return Optional.ofNullable(known.get(id)).flatMap(KnownReplica::container);
    }

    public Optional<ReplicaId> replica(String container) {
        return Optional.ofNullable(replicas.get(container));
    }

    public Set<String> knownContainers() {
        return Set.copyOf(replicas.keySet());
    }

    public AutoCloseable watch(Consumer<OwnerId> watcher) {
        watchers.add(watcher);
        return () -> watchers.remove(watcher);
    }

    /**
     * Notifies the watchers. A watcher that fails does not keep others from being notified; it is notified of the next
     * change.
     */
    public void notifyWatchers(OwnerId owner) {
        watchers.forEach(watcher -> {
            try {
                watcher.accept(owner);
            } catch (RuntimeException defect) {
                LOG.warnf(defect, "Watchers could not be notified of a change of %s", owner);
            }
        });
    }
}
