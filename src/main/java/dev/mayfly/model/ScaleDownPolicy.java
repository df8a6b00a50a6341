package dev.mayfly.model;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Which replicas are removed when there are too many; see {@link RemovalOrder}. Not part of the revision: a change
 * takes effect at once.
 *
 * @param remove slots that are removed first
 * @param keep slots that are removed last
 * @param costs cost of losing a replica, by slot; 0 for slots that are not listed
 * @param busyProbe succeeds while a replica is busy; empty: no replica is ever busy
 * @param busyDeadline how long a busy replica is waited for, from the start of the scale-down
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
