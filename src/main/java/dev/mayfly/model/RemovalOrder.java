package dev.mayfly.model;

import java.util.Comparator;

/** Who goes first when there are too many. The one place of these rules; they apply in the order of their numbers. */
public final class RemovalOrder {
    private RemovalOrder() {}

    /** Rules 2, 3, 5 and 7, for which a replica says all: the order in which {@link Observed} keeps those of one revision. */
    static final Comparator<Replica> WITHIN_REVISION = neverStartedOrFailed()
            .thenComparing(notReady())
            .thenComparing(notBusy())
            .thenComparing(newest());

    /** All rules, as the workload has them now. */
    public static Comparator<Replica> of(Desired desired) {
        var policy = desired.scaleDown();
        return keptLast(policy)
                .thenComparing(named(policy))
                .thenComparing(neverStartedOrFailed())
                .thenComparing(notReady())
                .thenComparing(oldRevision(desired))
                .thenComparing(notBusy())
                .thenComparing(lowestCost(policy))
                .thenComparing(newest());
    }

    /** Before all rules: one that the user wants to keep goes after all others. */
    private static Comparator<Replica> keptLast(ScaleDownPolicy policy) {
        return Comparator.comparing(
                replica -> policy.keep().contains(replica.id().slot()));
    }

    /** 1. A replica that the user named. */
    private static Comparator<Replica> named(ScaleDownPolicy policy) {
        return Comparator.comparing(
                replica -> !policy.remove().contains(replica.id().slot()));
    }

    /** 2. A replica that never started, or failed: nobody has anything of it. */
    private static Comparator<Replica> neverStartedOrFailed() {
        return Comparator.comparing(replica -> replica.phase() == Phase.RUNNING);
    }

    /** 3. A replica that is not ready: nobody is served by it. */
    private static Comparator<Replica> notReady() {
        return Comparator.comparing(Replica::ready);
    }

    /** 4. A replica of an old revision: it would have to go anyway. Once the rollout has failed the new one is that. */
    private static Comparator<Replica> oldRevision(Desired desired) {
        var stays = desired.stalled() && !desired.stable().isEmpty() ? desired.stable() : desired.revision();
        return Comparator.comparing(replica -> replica.revision().equals(stays));
    }

    /** 5. A replica that is not busy, as it last said: a busy one may be so when its turn comes. */
    private static Comparator<Replica> notBusy() {
        return Comparator.comparing(replica -> replica.busy().filter(Busy::busy).isPresent());
    }

    /** 6. The one whose loss costs least. */
    private static Comparator<Replica> lowestCost(ScaleDownPolicy policy) {
        return Comparator.comparing(
                replica -> policy.costs().getOrDefault(replica.id().slot(), 0));
    }

    /** 7. The newest: it has the least in its caches. Among equals the highest slot, so that the order is total. */
    private static Comparator<Replica> newest() {
        return Comparator.comparing(Replica::since)
                .thenComparing(replica -> replica.id().slot())
                .thenComparing(replica -> replica.id().attempt())
                .reversed();
    }
}
