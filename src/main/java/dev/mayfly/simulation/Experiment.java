package dev.mayfly.simulation;

import dev.mayfly.core.model.Desired;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The input of a simulation.
 *
 * @param before the workload whose replicas all run and are ready at the beginning; without replicas: it begins empty
 * @param after the workload from the beginning on. A rollout if its revision is another
 * @param window most launches of the workload in the engine's queue at once, 1 or more
 * @param lasting goes on for at least so long, also if all is done before
 * @param limit ends after so long, if it is not done by then
 * @param slots slots of the replicas at the beginning, oldest first; empty: the lowest
 */
public record Experiment(
        Desired before, Desired after, int window, Duration lasting, Duration limit, List<Integer> slots) {

    /** Of a workload whose replicas are in the lowest slots. */
    public Experiment(Desired before, Desired after, int window, Duration lasting, Duration limit) {
        this(before, after, window, lasting, limit, List.of());
    }

    /** The desired state of the changed workload, with the earlier template known. */
    Desired spec() {
        return rollsOut() ? after.withEarlier(Map.of(before.revision(), before.template())) : after;
    }

    /** True if the change replaces replicas because of their template. */
    public boolean rollsOut() {
        return before.replicas() > 0 && !before.revision().equals(after.revision());
    }

    /** The revision that counts as rolled out at the beginning; empty: none is. */
    Optional<String> stable() {
        return before.replicas() > 0 ? Optional.of(before.revision()) : Optional.empty();
    }

    /** How many replicas are meant to be there at any time. */
    int fewest() {
        return Math.min(before.replicas(), after.replicas());
    }

    /** How many replicas are meant to be there, without a surge. */
    int most() {
        return Math.max(before.replicas(), after.replicas());
    }
}
