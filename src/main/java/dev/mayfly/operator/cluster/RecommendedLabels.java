package dev.mayfly.operator.cluster;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/** Kubernetes' recommended labels, {@code app.kubernetes.io/*}, of objects that the operator creates in the cluster. */
public final class RecommendedLabels {
    private static final String PREFIX = "app.kubernetes.io/";
    private static final String MAYFLY = "mayfly";

    /** Of what is the operator's own, such as its Lease. */
    public static final Map<String, String> OF_THE_OPERATOR =
            Map.of(PREFIX + "name", MAYFLY, PREFIX + "managed-by", MAYFLY, PREFIX + "part-of", MAYFLY);

    /** A label's value has at most as many characters. */
    private static final int LONGEST = 63;

    private RecommendedLabels() {}

    /**
     * Of what the operator keeps for one workload or task, such as its revisions.
     *
     * @param name of the workload or task; {@code instance} is missing where it is too long for a label
     */
    public static Map<String, String> of(String kind, String name) {
        var common = Map.of(
                PREFIX + "name",
                kind.toLowerCase(Locale.ROOT),
                PREFIX + "managed-by",
                MAYFLY,
                PREFIX + "part-of",
                MAYFLY);
        if (name.length() > LONGEST) {
            return common;
        }
        var labels = new HashMap<>(common);
        labels.put(PREFIX + "instance", name);
        return Map.copyOf(labels);
    }
}
