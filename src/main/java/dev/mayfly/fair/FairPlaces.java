package dev.mayfly.fair;

import dev.mayfly.core.model.OwnerId;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Places for what takes long and needs no thread, handed out fairly to namespaces, then owners. A namespace gets another
 * place only while it has fewer than are free, so it never has more than half of them, and others find some free.
 */
public final class FairPlaces {
    /** Guarded by this object, as everything here. */
    private final FairShares<Runnable> waiting = new FairShares<>();
    /** By namespace; none is absent. */
    private final Map<String, Integer> taken = new HashMap<>();

    private int free;

    /** @param most places, 1 or more */
    public FairPlaces(int most) {
        free = most;
    }

    /**
     * Takes a place as soon as there is one, which {@link #leave} gives back.
     *
     * @param then called once there is, by the caller or by one that leaves: must not block
     */
    public void enter(OwnerId owner, Runnable then) {
        add(owner, then);
        admit();
    }

    /**
     * Waits no longer.
     *
     * @param then the object that was given to {@link #enter}
     * @return false if it no longer waits: it was called, or is about to be, and has a place to give back
     */
    public synchronized boolean giveUp(OwnerId owner, Runnable then) {
        return waiting.remove(owner, then);
    }

    /**
     * Takes a place, which {@link #leave} gives back, before all that wait for one.
     *
     * @return false if the namespace may have none now
     */
    public synchronized boolean tryEnter(OwnerId owner) {
        var may = mayEnter(owner.namespace());
        if (may) {
            take(owner);
        }
        return may;
    }

    private boolean mayEnter(String namespace) {
        return taken.getOrDefault(namespace, 0) < free;
    }

    private void take(OwnerId owner) {
        free--;
        taken.merge(owner.namespace(), 1, Integer::sum);
    }

    /** Gives a place of the owner's back. */
    public void leave(OwnerId owner) {
        free(owner.namespace());
        admit();
    }

    private void admit() {
        for (var next = next(); next.isPresent(); next = next()) {
            next.get().run();
        }
    }

    private synchronized void add(OwnerId owner, Runnable then) {
        waiting.add(owner, then);
    }

    private synchronized void free(String namespace) {
        free++;
        taken.merge(namespace, -1, (had, one) -> had == 1 ? null : had + one);
    }

    private synchronized Optional<Runnable> next() {
        var turn = waiting.poll(this::mayEnter, any -> true, 1);
        turn.ifPresent(given -> take(given.owner()));
        return turn.map(FairShares.Turn::job);
    }
}
