package dev.mayfly.plan;

import dev.mayfly.model.Batch;
import dev.mayfly.model.Observed;
import dev.mayfly.model.Phase;
import dev.mayfly.model.Removal.Cause;
import dev.mayfly.model.Replica;
import dev.mayfly.model.ReplicaId;
import dev.mayfly.model.Tally.Verdict;
import java.util.Comparator;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Removes a task's terminated containers, except for the latest few, which are kept for their logs. None is removed
 * before its outcome is recorded.
 */
final class TaskRemains {
    /**
     * With this many unrecorded attempts nothing is started. It bounds the containers on the engine while the API
     * server can't record them.
     */
    static final int MOST_UNRECORDED = 1_000;

    private static final Comparator<Replica> LATEST_FIRST = Comparator.comparing(Replica::since)
            .thenComparing(replica -> replica.id().slot())
            .thenComparing(replica -> replica.id().attempt())
            .reversed();

    private TaskRemains() {}

    static void plan(Draft draft, Batch batch, Observed observed) {
        var kept = kept(batch, observed, draft.desired().historyLimit());
        Finished.of(observed)
                .filter(over -> !kept.contains(over.id()) && mayGo(batch, observed, over))
                .forEach(over -> draft.remove(over, Cause.HISTORY));
    }

    /** True while so many outcomes are unrecorded that no further attempt may be started. */
    static boolean tooMany(Batch batch, Observed observed) {
        return observed.dead() >= MOST_UNRECORDED
                && Finished.of(observed)
                                .filter(over -> over.phase() == Phase.ENDED && !recorded(batch, over))
                                .count()
                        >= MOST_UNRECORDED;
    }

    private static Set<ReplicaId> kept(Batch batch, Observed observed, int most) {
        return Finished.of(observed)
                .filter(over -> over.phase() == Phase.ENDED && keeps(batch, over))
                .sorted(LATEST_FIRST)
                .limit(most)
                .map(Replica::id)
                .collect(Collectors.toCollection(HashSet::new));
    }

    private static boolean keeps(Batch batch, Replica over) {
        return switch (batch.cleanup()) {
            case Always -> false;
            case OnSuccess ->
                Outcome.of(over) == Outcome.FAILURE
                        && batch.recorded().verdict().filter(Verdict::complete).isEmpty();
            case Never -> true;
        };
    }

    /** Until a successor exists, the latest attempt of an index is the only record of its back-off. */
    private static boolean mayGo(Batch batch, Observed observed, Replica over) {
        var slot = over.id().slot();
        var settled = batch.recorded().verdict().isPresent()
                || batch.recorded().completed().contains(slot);
        return settled || recorded(batch, over) && succeeded(observed, over);
    }

    /** True if nothing about the container remains to be recorded. */
    private static boolean recorded(Batch batch, Replica over) {
        return switch (Outcome.of(over)) {
            case SUCCESS -> batch.recorded().completed().contains(over.id().slot());
            case FAILURE -> batch.recorded().counts(over.id());
            case UNKNOWN -> true;
        };
    }

    private static boolean succeeded(Observed observed, Replica over) {
        return observed.occupant(over.id().slot())
                .filter(newest -> !newest.id().equals(over.id()))
                .filter(newest -> newest.made() && !newest.phase().leaving())
                .isPresent();
    }
}
