package dev.mayfly.core.model;

import dev.mayfly.core.model.Desired.ScaleDownPolicy;
import dev.mayfly.core.model.Replica.Busy;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Decides which replica is removed first when there are too many. All rules are in this class; they apply in the order
 * of their numbers.
 */
public final class RemovalOrder {
    private RemovalOrder() {}

    /**
     * Rules 2, 3, 5 and 7, which depend on the replica alone: {@link Observed} keeps the replicas of a revision in this
     * order.
     */
    static final Comparator<Replica> WITHIN_REVISION = RemovalOrder::withinRevision;

    /** Each change of a replica asks dozens of times: a chain of comparators would take thrice as long. */
    private static int withinRevision(Replica one, Replica other) {
        var order = neverStartedOrFailed(one, other);
        order = order == 0 ? notReady(one, other) : order;
        order = order == 0 ? notBusy(one, other) : order;
        return order == 0 ? newest(one, other) : order;
    }

    /** All rules, with the workload's current policy. */
    public static Comparator<Replica> of(Desired desired) {
        var policy = desired.scaleDown();
        return keptLast(policy)
                .thenComparing(named(policy))
                .thenComparing(RemovalOrder::neverStartedOrFailed)
                .thenComparing(RemovalOrder::notReady)
                .thenComparing(oldRevision(desired))
                .thenComparing(RemovalOrder::notBusy)
                .thenComparing(lowestCost(policy))
                .thenComparing(RemovalOrder::newest);
    }

    /** Before all rules: a replica that the user wants to keep is removed after all others. */
    private static Comparator<Replica> keptLast(ScaleDownPolicy policy) {
        return Comparator.comparing(
                replica -> policy.removeLast().contains(replica.id().slot()));
    }

    /** 1. A replica that the user named. */
    private static Comparator<Replica> named(ScaleDownPolicy policy) {
        return Comparator.comparing(
                replica -> !policy.removeFirst().contains(replica.id().slot()));
    }

    /** 2. A replica that never started or failed: it does not serve. */
    private static int neverStartedOrFailed(Replica one, Replica other) {
        return Boolean.compare(one.phase() == Phase.RUNNING, other.phase() == Phase.RUNNING);
    }

    /** 3. A replica that is not ready: it does not serve. */
    private static int notReady(Replica one, Replica other) {
        return Boolean.compare(one.ready(), other.ready());
    }

    /**
     * 4. A replica of an old revision: it has to go anyway. Once a rollout has failed, the new revision counts as the
     * old one.
     */
    private static Comparator<Replica> oldRevision(Desired desired) {
        var stays = desired.rollout().stalled() && !desired.rollout().stable().isEmpty()
                ? desired.rollout().stable()
                : desired.revision();
        return Comparator.comparing(replica -> replica.revision().equals(stays));
    }

    /**
     * 5. A replica that was not busy at its last answer. A busy one may still be busy when it is about to be removed.
     */
    private static int notBusy(Replica one, Replica other) {
        return Boolean.compare(busy(one), busy(other));
    }

    private static boolean busy(Replica replica) {
        return replica.health().busy().filter(Busy::busy).isPresent();
    }

    /** 6. The replica with the lowest cost. */
    private static Comparator<Replica> lowestCost(ScaleDownPolicy policy) {
        return Comparator.comparing(
                replica -> policy.costs().getOrDefault(replica.id().slot(), 0));
    }

    /**
     * 7. The newest replica: its caches hold the least. Among equals the one in the highest slot, so that the order is
     * total.
     */
    private static int newest(Replica one, Replica other) {
        var order = other.since().compareTo(one.since());
        order = order == 0 ? Integer.compare(other.id().slot(), one.id().slot()) : order;
        return order == 0 ? Integer.compare(other.id().attempt(), one.id().attempt()) : order;
    }

    /**
     * Occupants in the order of {@link RemovalOrder}. Each step costs O(log N): {@link Observed} keeps the order within a
     * revision, and the few replicas that the user named, which it does not know, are merged in here.
     */
    public static final class RemovalQueue implements Iterator<Replica> {
        private final Set<Integer> named = new HashSet<>();
        private final PriorityQueue<Head> heads;

        private record Head(Replica first, Iterator<Replica> rest) {}

        /** @param revisions revisions whose occupants are included */
        public RemovalQueue(Desired desired, Observed observed, Predicate<String> revisions) {
            var order = RemovalOrder.of(desired);
            heads = new PriorityQueue<>(Comparator.comparing(Head::first, order));
            named.addAll(desired.scaleDown().removeFirst());
            named.addAll(desired.scaleDown().removeLast());
            named.addAll(desired.scaleDown().costs().keySet());
            named.stream()
                    .flatMap(slot -> observed.occupant(slot).stream())
                    .filter(occupant -> !occupant.phase().leaving() && !occupant.warm())
                    .filter(occupant -> revisions.test(occupant.revision()))
                    .forEach(occupant -> heads.add(new Head(occupant, Collections.emptyIterator())));
            observed.revisions().stream()
                    .filter(revisions)
                    .forEach(revision -> queue(observed.occupantsInRemovalOrder(revision)));
        }

        @Override
        public boolean hasNext() {
            return !heads.isEmpty();
        }

        @Override
        public Replica next() {
            var head = heads.poll();
            if (head == null) {
                throw new NoSuchElementException();
            }
            queue(head.rest());
            return head.first();
        }

        private void queue(Iterator<Replica> occupants) {
            while (occupants.hasNext()) {
                var occupant = occupants.next();
                if (!named.contains(occupant.id().slot())) {
                    heads.add(new Head(occupant, occupants));
                    return;
                }
            }
        }
    }
}
