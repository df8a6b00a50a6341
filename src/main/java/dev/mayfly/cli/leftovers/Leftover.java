package dev.mayfly.cli.leftovers;

/**
 * An object that belongs to Mayfly.
 *
 * @param kind Docker's or Kubernetes' word for it, such as {@code container} or {@code ConfigMap}
 * @param name its name; with a Kubernetes namespace {@code namespace/name}
 * @param cluster id of the cluster that it belongs to; empty if unknown
 * @param note details for users; may be empty
 * @param kept true for objects that are meant to stay: data with reclaim policy Retain, images that others use
 */
public record Leftover(Place place, String kind, String name, String cluster, String note, boolean kept) {
    enum Place {
        ENGINE,
        HOST,
        CLUSTER
    }

    static Leftover onEngine(String kind, String name, String cluster, String note) {
        return new Leftover(Place.ENGINE, kind, name, cluster, note, false);
    }

    static Leftover onHost(String kind, String name, String cluster, String note) {
        return new Leftover(Place.HOST, kind, name, cluster, note, false);
    }

    static Leftover inCluster(String kind, String name, String note) {
        return new Leftover(Place.CLUSTER, kind, name, "", note, false);
    }

    Leftover asKept() {
        return new Leftover(place, kind, name, cluster, note, true);
    }
}
