package dev.mayfly.cli.leftovers;

import dev.mayfly.cli.leftovers.Leftover.Place;
import dev.mayfly.cli.leftovers.Leftover.State;
import java.util.Set;

/**
 * Decides which objects are orphans, by what one cluster has.
 *
 * @param clusters ids of the cluster's installations of Mayfly, with operators or without
 * @param served true if an operator is there: deployed in the cluster, or the holder of a valid Lease
 * @param owners UIDs of the resources that objects exist for
 * @param namespaces namespaces with such a resource
 */
record Judge(Set<String> clusters, boolean served, Set<String> owners, Set<String> namespaces) {
    /** Kinds that exist for all resources of a namespace. */
    private static final Set<String> SHARED = Set.of("network", "volume", "PersistentVolumeClaim");

    static final Judge WITHOUT_CLUSTER = new Judge(Set.of(), false, Set.of(), Set.of());

    Leftover judge(Leftover found) {
        return found.kept() ? found : found.judged(state(found));
    }

    private State state(Leftover found) {
        if (found.place() != Place.CLUSTER && !clusters.contains(found.cluster())) {
            return State.UNKNOWN;
        }
        return served && isNeeded(found) ? State.IN_USE : State.ORPHAN;
    }

    /** All others are resources, or the operator's. */
    private boolean isNeeded(Leftover found) {
        if (SHARED.contains(found.kind())) {
            return namespaces.contains(found.namespace());
        }
        return found.owner().isEmpty() || owners.contains(found.owner());
    }
}
