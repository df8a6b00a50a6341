package dev.mayfly.model;

import java.util.Comparator;

/** Who goes first when there are too many. The one place of these rules; they apply in the order of their numbers. */
public final class RemovalOrder {
    private RemovalOrder() {}

    /** Rules 1, 2 and 4: the order in which {@link Observed} keeps the replicas of one revision. */
    static final Comparator<Replica> WITHIN_REVISION =
            neverStartedOrFailed().thenComparing(notReady()).thenComparing(newest());

    /** All rules, where {@code revision} is the one that new replicas are made from. */
    public static Comparator<Replica> preferring(String revision) {
        return neverStartedOrFailed()
                .thenComparing(notReady())
                .thenComparing(oldRevision(revision))
                .thenComparing(newest());
    }

    /** 1. A replica that never started, or failed: nobody has anything of it. */
    private static Comparator<Replica> neverStartedOrFailed() {
        return Comparator.comparing(replica -> replica.phase() == Phase.RUNNING);
    }

    /** 2. A replica that is not ready: nobody is served by it. */
    private static Comparator<Replica> notReady() {
        return Comparator.comparing(Replica::ready);
    }

    /** 3. A replica of an old revision: it would have to go anyway. */
    private static Comparator<Replica> oldRevision(String revision) {
        return Comparator.comparing(replica -> replica.revision().equals(revision));
    }

    /** 4. The newest: it has the least in its caches. Among equals the highest slot, so that the order is total. */
    private static Comparator<Replica> newest() {
        return Comparator.comparing(Replica::since)
                .thenComparing(replica -> replica.id().slot())
                .thenComparing(replica -> replica.id().attempt())
                .reversed();
    }
}
