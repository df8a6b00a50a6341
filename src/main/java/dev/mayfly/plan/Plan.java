package dev.mayfly.plan;

import dev.mayfly.model.Launch;
import dev.mayfly.model.Removal;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What to ask of the runtime now.
 *
 * @param removals first: they make room
 * @param launches in the order of their importance
 * @param givingUp slots that from now on are not to be filled: the status must remember them before what is in them goes
 * @param nextLook when to plan again though nothing happened; empty where only an event can change anything
 */
public record Plan(List<Removal> removals, List<Launch> launches, Set<Integer> givingUp, Optional<Duration> nextLook) {

    /** True where there is nothing to ask for. */
    public boolean isEmpty() {
        return removals.isEmpty() && launches.isEmpty();
    }
}
