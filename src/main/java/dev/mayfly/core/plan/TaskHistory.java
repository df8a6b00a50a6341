package dev.mayfly.core.plan;

import dev.mayfly.core.model.Batch;
import dev.mayfly.core.model.Batch.TaskCounts.Verdict;
import dev.mayfly.core.model.Observed;
import dev.mayfly.core.model.Phase;
import dev.mayfly.core.model.Removal.Cause;
import dev.mayfly.core.model.Replica;
import dev.mayfly.core.model.ReplicaId;
import dev.mayfly.core.plan.AttemptCounting.AttemptOutcome;
import dev.mayfly.core.plan.AttemptCounting.Finished;
import java.util.Comparator;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Removes a task's terminated containers, except for the latest few, which are kept for their logs. None is removed
 * before its outcome is recorded.
 */
final class TaskHistory {
    /**
     * With this many unrecorded attempts nothing is started. It bounds the containers on the engine while the API
     * server can't record them.
     */
    static final int MOST_UNRECORDED = 1_000;

    private static final Comparator<Replica> LATEST_FIRST = Comparator.comparing(Replica::since)
            .thenComparing(replica -> replica.id().slot())
            .thenComparing(replica -> replica.id().attempt())
            .reversed();

    private TaskHistory() {}

    static void plan(PlanBuilder plan, Batch batch, Observed observed) {
        var kept = kept(batch, observed, plan.desired().restarts().terminatedHistoryLimit());
        Finished.of(observed)
                .filter(terminated -> !kept.contains(terminated.id()) && removable(batch, observed, terminated))
                .forEach(terminated -> plan.remove(terminated, Cause.HISTORY));
    }

    /** True while so many outcomes are unrecorded that no further attempt may be started. */
    static boolean tooManyUnrecorded(Batch batch, Observed observed) {
        return observed.terminatedContainers() >= MOST_UNRECORDED
                && Finished.of(observed)
                                .filter(terminated -> terminated.phase() == Phase.ENDED && !recorded(batch, terminated))
                                .count()
                        >= MOST_UNRECORDED;
    }

    private static Set<ReplicaId> kept(Batch batch, Observed observed, int most) {
        return Finished.of(observed)
                .filter(terminated -> terminated.phase() == Phase.ENDED && keep(batch, terminated))
                .sorted(LATEST_FIRST)
                .limit(most)
                .map(Replica::id)
                .collect(Collectors.toCollection(HashSet::new));
    }

    private static boolean keep(Batch batch, Replica terminated) {
        return switch (batch.cleanup()) {
            case Always -> false;
            case OnSuccess ->
                AttemptOutcome.of(terminated) == AttemptOutcome.FAILURE
                        && batch.recorded().verdict().filter(Verdict::complete).isEmpty();
            case Never -> true;
        };
    }

    /** Until a successor exists, the latest attempt of an index is the only record of its back-off. */
    private static boolean removable(Batch batch, Observed observed, Replica terminated) {
        var slot = terminated.id().slot();
        var settled = batch.recorded().verdict().isPresent()
                || batch.recorded().completed().contains(slot);
        return settled || recorded(batch, terminated) && hasSuccessor(observed, terminated);
    }

    /** True if nothing about the container remains to be recorded. */
    private static boolean recorded(Batch batch, Replica terminated) {
        return switch (AttemptOutcome.of(terminated)) {
            case SUCCESS ->
                batch.recorded().completed().contains(terminated.id().slot());
            case FAILURE -> batch.recorded().covers(terminated.id());
            case UNKNOWN -> true;
        };
    }

    private static boolean hasSuccessor(Observed observed, Replica terminated) {
        return observed.occupant(terminated.id().slot())
                .filter(newest -> !newest.id().equals(terminated.id()))
                .filter(newest -> newest.containerCreated() && !newest.phase().leaving())
                .isPresent();
    }
}
