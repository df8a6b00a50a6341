package dev.mayfly.core.plan;

import dev.mayfly.core.model.Launch;
import dev.mayfly.core.model.Removal;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What to request from the runtime now.
 *
 * @param removals carried out first, because they make room
 * @param launches most important first
 * @param abandoning slots that are abandoned from now on: the status must record them before their replicas are
 *     removed
 * @param requeueAfter when to plan again even if nothing happens; empty: only an event can change the plan
 */
public record Plan(
        List<Removal> removals, List<Launch> launches, Set<Integer> abandoning, Optional<Duration> requeueAfter) {

    /** True if there is nothing to request. */
    public boolean isEmpty() {
        return removals.isEmpty() && launches.isEmpty();
    }
}
