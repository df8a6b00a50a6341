package dev.mayfly.operator.cleanup;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.mayfly.api.v1alpha1.EphemeralityStatus.FindingStatus;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.stream.Collectors;

/**
 * The record of a deleted workload: one line of {@code audit.jsonl}. {@code docs/ephemerality.md} describes each field.
 *
 * @param version version of this schema
 * @param workload the deleted object, whose fields are fields of the line
 */
@JsonInclude(JsonInclude.Include.ALWAYS)
record DeletionRecord(
        int version,
        @JsonUnwrapped Workload workload,
        String image,
        SortedSet<String> digests,
        SortedSet<String> modes,
        Replicas replicas,
        Found findings,
        Volumes volumes,
        List<String> left) {
    static final int VERSION = 1;

    /**
     * @param created creation timestamp in the object's metadata
     * @param deleted deletion timestamp in the object's metadata
     */
    record Workload(String kind, String namespace, String name, String uid, String created, String deleted) {}

    record Replicas(int lived, Map<String, Integer> ended, boolean complete) {}

    record Found(int count, boolean truncated, List<FindingStatus> first) {}

    record Volumes(List<String> kept, List<String> removed) {}

    /** The record in a few sentences. */
    String sentence() {
        var ends = replicas.ended().entrySet().stream()
                .map(end -> end.getValue() + " " + end.getKey())
                .collect(Collectors.joining(", "));
        return "%s from %s to %s%s. Mode %s, image %s %s. Writes outside of volumes: %s. Volumes kept: %s; removed: %s. Left: %s."
                .formatted(
                        (replicas.complete() ? "" : "at least ") + replicas.lived() + " replicas lived",
                        workload.created(),
                        workload.deleted(),
                        ends.isEmpty() ? "" : " (" + ends + ")",
                        words(List.copyOf(modes)),
                        image,
                        words(List.copyOf(digests)),
                        found(),
                        words(volumes.kept()),
                        words(volumes.removed()),
                        words(left));
    }

    private String found() {
        if (findings.count() == 0) {
            return "none found";
        }
        var one = findings.first().getFirst();
        return (findings.truncated() ? "more than " : "") + findings.count() + ", the first by " + one.replica() + ": "
                + one.path();
    }

    private static String words(List<String> things) {
        return things.isEmpty() ? "nothing" : String.join(", ", things);
    }
}
