package dev.mayfly.model;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Who goes when there are too many; see {@link RemovalOrder}. No part of the revision: a change takes effect at once.
 *
 * @param remove slots that go first
 * @param keep slots that go last
 * @param costs what the loss of a replica costs, by slot; 0 for those that are not named
 * @param busyProbe succeeds while a replica is busy; empty: none ever is
 * @param busyDeadline how long a busy one is waited for, counted from the wish for fewer
 */
public record ScaleDownPolicy(
        Set<Integer> remove,
        Set<Integer> keep,
        Map<Integer, Integer> costs,
        Optional<Probe> busyProbe,
        Duration busyDeadline) {
    public static final ScaleDownPolicy DEFAULT =
            new ScaleDownPolicy(Set.of(), Set.of(), Map.of(), Optional.empty(), Duration.ofHours(1));
}
