package dev.mayfly.fair;

import dev.mayfly.core.model.OwnerId;

/** Permits for something that only a few may do at a time, handed out fairly to namespaces, then owners. */
public final class FairPermits {
    /** Guarded by this object, as everything here. */
    private final FairShares<Waiting> waiting = new FairShares<>();

    private int free;

    private static final class Waiting {
        private boolean granted;
        private boolean gone;
    }

    /** @param most permits, 1 or more */
    public FairPermits(int most) {
        free = most;
    }

    /** Waits for a permit, which {@link #release} gives back. */
    public synchronized void acquire(OwnerId owner) throws InterruptedException {
        var mine = new Waiting();
        waiting.add(owner, mine);
        grant();
        try {
            while (!mine.granted) {
                wait();
            }
        } catch (InterruptedException stopping) {
            if (mine.granted) {
                release();
            }
            mine.gone = true;
            throw stopping;
        }
    }

    public synchronized void release() {
        free++;
        grant();
    }

    private void grant() {
        while (free > 0 && !waiting.isEmpty()) {
            var next = waiting.poll(any -> true, 1).orElseThrow().job();
            next.granted = true;
            free -= next.gone ? 0 : 1;
        }
        notifyAll();
    }
}
