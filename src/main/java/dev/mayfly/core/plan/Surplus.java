package dev.mayfly.core.plan;

import dev.mayfly.core.model.Desired;
import dev.mayfly.core.model.Observed;
import dev.mayfly.core.model.Replica;
import dev.mayfly.core.model.Replica.Busy;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Surplus replicas, some of which may be busy. Pure. */
public final class Surplus {
    private Surplus() {}

    /**
     * A scale-down that is not complete yet.
     *
     * @param since when it was first seen; a further decrease starts again
     * @param replicas number of replicas that were wanted
     */
    public record PendingScaleDown(Instant since, int replicas) {}

    /**
     * The current scale-down; empty: there is no surplus, or the workload has no busy probe.
     *
     * @param known the one that the last status recorded
     */
    public static Optional<PendingScaleDown> pendingScaleDown(
            Desired desired, Observed observed, Optional<PendingScaleDown> known) {
        var none = ScaleDown.surplus(Planner.begin(desired, observed, 1)) <= 0;
        if (desired.scaleDown().busyProbe().isEmpty() || none) {
            return Optional.empty();
        }
        var since = known.filter(scaleDown -> scaleDown.replicas() <= desired.replicas())
                .map(PendingScaleDown::since)
                .filter(seen -> seen.isBefore(observed.now())) // otherwise the clock was set back
                .orElse(observed.now());
        return Optional.of(new PendingScaleDown(since, desired.replicas()));
    }

    /** Busy replicas that would otherwise be removed, in removal order. */
    public static List<Replica> busy(Desired desired, Observed observed) {
        if (desired.scaleDown().surplusSince().isEmpty()) {
            return List.of();
        }
        var plan = Planner.begin(desired, observed, 1);
        ScaleDown.plan(plan);
        return plan.awaited().stream()
                .filter(replica -> replica.health().busy().filter(Busy::busy).isPresent())
                .toList();
    }
}
