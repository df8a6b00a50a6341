package dev.mayfly.plan;

import dev.mayfly.model.AuditPolicy.OnWrite;
import dev.mayfly.model.Launch;
import dev.mayfly.model.Phase;
import dev.mayfly.model.Priority;
import dev.mayfly.model.Removal.Cause;
import dev.mayfly.model.Replica;
import dev.mayfly.model.ReplicaId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Replaces replicas that wrote outside of volumes or exceeded a size limit. Each counts as a failure of its slot: see
 * {@link BackOff}.
 */
final class Recreation {
    private Recreation() {}

    static void plan(Draft draft) {
        evict(draft);
        if (draft.desired().audit().onWrite() == OnWrite.Recreate && !Rollout.overcommitted(draft)) {
            replace(draft);
        }
    }

    /**
     * Removes replicas that exceed a size limit. The machine's disk must not depend on the health of the workload's
     * other replicas, so beyond the budget they are removed one at a time, without waiting for new ones.
     */
    private static void evict(Draft draft) {
        for (var next = excessive(draft); next.isPresent(); next = excessive(draft)) {
            var expected = draft.expected();
            var alone = expected.count(Phase.TERMINATING) == 0 && expected.count(Phase.PENDING) == 0;
            if (next.get().ready() && expected.ready() <= Rollout.floor(draft) && !alone) {
                return;
            }
            draft.vacate(next.get(), Cause.RECREATE);
        }
    }

    private static Optional<Replica> excessive(Draft draft) {
        var all = draft.expected().excessive();
        return all.hasNext() ? Optional.of(all.next()) : Optional.empty();
    }

    /**
     * Replaces replicas that wrote outside of volumes. If no ready one may be missing, a new replica in another slot
     * comes first, and takes over the place and the failures of the one that is removed.
     */
    private static void replace(Draft draft) {
        for (var wrote : replaceable(draft)) {
            var next = BackOff.replaced(wrote, draft.now(), draft.desired().backOff());
            if (GivenUp.failedTooOften(draft, wrote, next)) {
                draft.giveUp(wrote.id().slot());
            }
        }
        for (var wrote : replaceable(draft)) {
            if (!wrote.ready() || draft.expected().ready() > Rollout.floor(draft)) {
                draft.vacate(wrote, surplus(draft) > 0 ? Cause.WRITES : Cause.RECREATE);
            } else if (!draft.rolling() && draft.desired().budget().maxSurge() > 0) {
                cover(draft);
                return;
            } else {
                return;
            }
        }
    }

    /**
     * Replicas that wrote and have not terminated, except in abandoned slots. Terminated ones get a successor anyway.
     */
    private static List<Replica> replaceable(Draft draft) {
        var found = new ArrayList<Replica>();
        draft.expected().dirty().forEachRemaining(replica -> {
            if (!replica.phase().over() && !draft.givesUp(replica.id().slot())) {
                found.add(replica);
            }
        });
        return found;
    }

    /** Launches one new replica for each that wrote, up to the surge. */
    private static void cover(Draft draft) {
        var wrote = replaceable(draft);
        var slots = draft.freeSlots().iterator();
        while (surplus(draft) < Math.min(wrote.size(), draft.desired().budget().maxSurge())
                && Room.toExplore(draft, draft.desired().revision())) {
            draft.launch(instead(draft, wrote.get(Math.max(0, surplus(draft))), slots.nextInt()));
        }
    }

    private static Launch instead(Draft draft, Replica wrote, int slot) {
        var desired = draft.desired();
        var backOff = BackOff.replaced(wrote, draft.now(), desired.backOff());
        return new Launch(
                new ReplicaId(desired.owner(), slot, 1),
                desired.revision(),
                desired.template(),
                backOff.failures(),
                wrote.restarts() + 1,
                draft.now().plus(backOff.delay()),
                Priority.SCALE);
    }

    private static int surplus(Draft draft) {
        return draft.expected().seats() - draft.desired().admitted();
    }

    /** How many slots above N may be occupied while replicas that wrote are being replaced. */
    static int surge(Draft draft) {
        var recreates = draft.desired().audit().onWrite() == OnWrite.Recreate;
        if (!recreates || draft.rolling() || draft.desired().admitted() == 0) {
            return 0;
        }
        var most = draft.desired().budget().maxSurge();
        var found = 0;
        for (var dirty = draft.expected().dirty(); found < most && dirty.hasNext(); ) {
            found += dirty.next().phase().over() ? 0 : 1;
        }
        return found;
    }
}
