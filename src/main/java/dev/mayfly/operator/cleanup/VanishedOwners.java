package dev.mayfly.operator.cleanup;

import dev.mayfly.core.model.OwnerId;
import dev.mayfly.operator.cluster.Owners.Crds;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Owners whose resource is gone without Mayfly's finalizer, and which left containers or volumes. Nothing proves that a
 * user deleted them. Pure.
 *
 * @param oldest by owner: the time since when the oldest thing that it left has been as it is
 */
record VanishedOwners(Map<OwnerId, Instant> oldest) {
    /** The kind of owner that stands for a volume of an earlier version, which does not name its maker. */
    static final String UNKNOWN_KIND = "";

    private static final int FEW = 5;
    private static final int TENTH = 10;

    /**
     * The owners whose resources must stay until a user allows their removal.
     *
     * @param everywhere true: the state of the whole cluster is in doubt
     * @param namespaces those that lack many owners
     */
    record Doubt(boolean everywhere, Set<String> namespaces) {
        static final Doubt NONE = new Doubt(false, Set.of());

        boolean covers(String namespace) {
            return everywhere || namespaces.contains(namespace);
        }
    }

    /**
     * Doubts that the resources were deleted deliberately. In a namespace that lacks many at once, that concerns this
     * namespace only: whoever may delete resources in one namespace must not hold up the others. It concerns all if the
     * other namespaces together lack many, or if something is older than the CRD of its owner's kind: no resource is older
     * than its CRD, so that one was created anew.
     *
     * @param holders all owners with containers
     */
    Doubt doubt(Set<OwnerId> holders, Crds crds) {
        var all = new HashSet<>(holders);
        all.addAll(oldest.keySet());
        var owners = byNamespace(all);
        var missing = byNamespace(oldest.keySet());
        var namespaces = missing.keySet().stream()
                .filter(namespace -> many(missing.get(namespace), owners.get(namespace)))
                .collect(Collectors.toUnmodifiableSet());
        missing.keySet().removeAll(namespaces);
        owners.keySet().removeAll(namespaces);
        return new Doubt(many(sum(missing), sum(owners)) || olderThan(crds), namespaces);
    }

    private boolean olderThan(Crds crds) {
        return oldest.entrySet().stream().anyMatch(left -> {
            var kind = left.getKey().kind();
            var created = kind.equals(UNKNOWN_KIND) ? crds.newest() : crds.of(kind);
            return created.map(at -> at.isAfter(left.getValue())).orElse(true);
        });
    }

    private static boolean many(long missing, long owners) {
        return missing > Math.max(FEW, owners / TENTH);
    }

    private static Map<String, Long> byNamespace(Collection<OwnerId> owners) {
        return owners.stream().collect(Collectors.groupingBy(OwnerId::namespace, Collectors.counting()));
    }

    private static long sum(Map<String, Long> counts) {
        return counts.values().stream().mapToLong(Long::longValue).sum();
    }

    /** The owners that the doubt covers, by namespace and name. */
    List<OwnerId> in(Doubt doubt) {
        return oldest.keySet().stream()
                .filter(owner -> doubt.covers(owner.namespace()))
                .sorted(Comparator.comparing(OwnerId::namespace).thenComparing(OwnerId::name))
                .toList();
    }
}
