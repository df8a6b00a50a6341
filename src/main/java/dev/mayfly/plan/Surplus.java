package dev.mayfly.plan;

import dev.mayfly.model.Busy;
import dev.mayfly.model.Desired;
import dev.mayfly.model.Observed;
import dev.mayfly.model.Replica;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Replicas beyond those that are wanted, where some of them may be busy. Pure. */
public final class Surplus {
    private Surplus() {}

    /**
     * A wish for fewer that was seen and is not fulfilled yet.
     *
     * @param since when it was seen; a still smaller one counts anew
     * @param replicas how many were wanted
     */
    public record Wish(Instant since, int replicas) {}

    /**
     * The wish that counts now; empty where nobody is too many, or none of them is asked whether it is busy.
     *
     * @param known as the last status remembers it
     */
    public static Optional<Wish> wish(Desired desired, Observed observed, Optional<Wish> known) {
        var nobody = ScaleDown.surplus(Planner.draft(desired, observed, 1)) <= 0;
        if (desired.scaleDown().busyProbe().isEmpty() || nobody) {
            return Optional.empty();
        }
        var since = known.filter(wish -> wish.replicas() <= desired.replicas())
                .map(Wish::since)
                .filter(seen -> seen.isBefore(observed.now())) // else the clock was set back
                .orElse(observed.now());
        return Optional.of(new Wish(since, desired.replicas()));
    }

    /** Replicas that would go if they were not busy, in the order in which they are to go. */
    public static List<Replica> busy(Desired desired, Observed observed) {
        if (desired.surplusSince().isEmpty()) {
            return List.of();
        }
        var draft = Planner.draft(desired, observed, 1);
        ScaleDown.plan(draft);
        return draft.awaited().stream()
                .filter(replica -> replica.busy().filter(Busy::busy).isPresent())
                .toList();
    }
}
