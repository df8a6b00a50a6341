package dev.mayfly.cli;

/**
 * A thing that carries our marks.
 *
 * @param kind Docker's or Kubernetes' word for it, such as {@code container} or {@code ConfigMap}
 * @param name as its place knows it; in a Kubernetes namespace {@code namespace/name}
 * @param cluster id of the cluster whose it is; empty: it does not say
 * @param note what else there is to know, for people to read; may be empty
 * @param kept true for what is meant to stay: data under reclaim policy Retain, images that others use
 */
record Leftover(Place place, String kind, String name, String cluster, String note, boolean kept) {
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
