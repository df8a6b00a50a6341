package dev.mayfly.operator.cleanup;

import dev.mayfly.core.model.OwnerId;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * Owners whose resource is gone without Mayfly's finalizer, and which left containers or volumes. Pure.
 *
 * @param oldest by owner: the time since when the oldest thing that it left has been as it is
 */
record VanishedOwners(Map<OwnerId, Instant> oldest) {
    private static final int FEW = 5;
    private static final int TENTH = 10;

    /**
     * True if the resources were probably not deleted deliberately: many are missing at once, or something is older than
     * the CRD of its owner's kind. No resource is older than its CRD, so that one was created anew.
     *
     * @param holders all owners with containers
     * @param crdCreated creation time of the CRD of a kind; empty if the cluster lacks it
     */
    boolean suspicious(Set<OwnerId> holders, Function<String, Optional<Instant>> crdCreated) {
        var all = new HashSet<>(holders);
        all.addAll(oldest.keySet());
        return oldest.size() > Math.max(FEW, all.size() / TENTH)
                || oldest.entrySet().stream()
                        .anyMatch(left -> crdCreated
                                .apply(left.getKey().kind())
                                .map(created -> created.isAfter(left.getValue()))
                                .orElse(true));
    }

    /** The owners by namespace and name. */
    List<OwnerId> sorted() {
        return oldest.keySet().stream()
                .sorted(Comparator.comparing(OwnerId::namespace).thenComparing(OwnerId::name))
                .toList();
    }
}
