package dev.mayfly.cli.leftovers;

import java.util.Locale;

/**
 * An object that belongs to Mayfly.
 *
 * @param kind Docker's or Kubernetes' word for it, such as {@code container} or {@code ConfigMap}
 * @param namespace the Kubernetes namespace that it is in or for; empty: it is in none
 * @param name its name; of an object in a Kubernetes namespace {@code namespace/name}
 * @param cluster id of the cluster that it belongs to; empty for an object in the cluster, and if unknown
 * @param owner UID of the resource that it exists for; empty if unknown, or if it exists for the operator
 * @param note details for users; may be empty
 */
public record Leftover(
        Place place,
        String kind,
        String namespace,
        String name,
        String cluster,
        String owner,
        String note,
        State state) {
    enum Place {
        ENGINE,
        HOST,
        CLUSTER
    }

    enum State {
        /** The resource or the operator that it existed for is gone. */
        ORPHAN,
        /** It is what an operator works with. */
        IN_USE,
        /** It is meant to stay: data with reclaim policy Retain, images that others use. */
        KEPT,
        /** Its cluster was not asked. */
        UNKNOWN;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    static Leftover onEngine(String kind, String name, String cluster, String note) {
        return new Leftover(Place.ENGINE, kind, "", name, cluster, "", note, State.UNKNOWN);
    }

    static Leftover onHost(String kind, String name, String cluster, String note) {
        return new Leftover(Place.HOST, kind, "", name, cluster, "", note, State.UNKNOWN);
    }

    static Leftover inCluster(String kind, String namespace, String name, String note) {
        return new Leftover(
                Place.CLUSTER,
                kind,
                namespace,
                namespace.isEmpty() ? name : namespace + "/" + name,
                "",
                "",
                note,
                State.UNKNOWN);
    }

    /** It exists for the resources of that namespace. */
    Leftover in(String namespace) {
        return new Leftover(place, kind, namespace, name, cluster, owner, note, state);
    }

    /** It exists for the resource of that UID. */
    Leftover ownedBy(String owner) {
        return new Leftover(place, kind, namespace, name, cluster, owner, note, state);
    }

    Leftover asKept() {
        return judged(State.KEPT);
    }

    Leftover judged(State state) {
        return new Leftover(place, kind, namespace, name, cluster, owner, note, state);
    }

    /** True if it is meant to stay. */
    public boolean kept() {
        return state == State.KEPT;
    }

    String where() {
        return place.name().toLowerCase(Locale.ROOT);
    }
}
