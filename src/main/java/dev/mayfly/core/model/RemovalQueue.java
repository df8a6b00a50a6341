package dev.mayfly.core.model;

import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Occupants in the order of {@link RemovalOrder}. Each step costs O(log N): {@link Observed} keeps the order within a
 * revision, and the few replicas that the user named, which it does not know, are merged in here.
 */
public final class RemovalQueue implements Iterator<Replica> {
    private final Set<Integer> named = new HashSet<>();
    private final PriorityQueue<Head> heads;

    private record Head(Replica first, Iterator<Replica> rest) {}

    /** @param revisions revisions whose occupants are included */
    public RemovalQueue(Desired desired, Observed observed, Predicate<String> revisions) {
        var order = RemovalOrder.of(desired);
        heads = new PriorityQueue<>(Comparator.comparing(Head::first, order));
        named.addAll(desired.scaleDown().remove());
        named.addAll(desired.scaleDown().keep());
        named.addAll(desired.scaleDown().costs().keySet());
        named.stream()
                .flatMap(slot -> observed.occupant(slot).stream())
                .filter(occupant -> !occupant.phase().leaving())
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
