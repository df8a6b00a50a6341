package dev.mayfly.cli.rollout;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.mayfly.api.v1alpha1.EphemeralWorkload;
import dev.mayfly.cli.Complaint.Refusal;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Which revision a workload goes back to, and how. */
final class Undo {
    private Undo() {}

    /** @throws Refusal with the numbers that there are */
    static StoredRevision numbered(List<StoredRevision> revisions, long number) {
        return revisions.stream()
                .filter(one -> one.number() == number)
                .findFirst()
                .orElseThrow(() -> new Refusal("There is no revision " + number + ": there are "
                        + (revisions.isEmpty()
                                ? "none"
                                : revisions.stream()
                                        .map(one -> Long.toString(one.number()))
                                        .collect(Collectors.joining(", ")))));
    }

    /**
     * The revision that goes on while the last change of the spec is refused, or not yet observed: such a change has no
     * revision of its own. Empty: the last change was taken up.
     */
    static Optional<StoredRevision> running(
            EphemeralWorkload workload, List<StoredRevision> revisions, String current) {
        var generation = workload.getMetadata().getGeneration();
        var observed =
                workload.getStatus() == null ? null : workload.getStatus().observedGeneration();
        return generation == null || observed == null || observed >= generation
                ? Optional.empty()
                : revisions.stream().filter(one -> one.name().equals(current)).findFirst();
    }

    /**
     * The revision before the current one.
     *
     * @param revisions the oldest first
     * @param current name of the current one
     * @throws Refusal if there is none
     */
    static StoredRevision previous(List<StoredRevision> revisions, String current) {
        return revisions.stream()
                .filter(one -> !one.name().equals(current))
                .reduce((older, newer) -> newer)
                .orElseThrow(() -> new Refusal("There is no earlier revision to go back to"));
    }

    /**
     * A JSON Patch of what makes a revision: the template, how its writes are handled, and the runtime. Replicas, rollout and the rest stay as they are.
     *
     * @param before the workload's spec
     * @param current the runtime that its replicas are in, by the status; empty: not known
     * @throws Refusal if the revision holds no template
     */
    static JsonNode patch(JsonNode before, String current, StoredRevision to) {
        if (to.spec().isMissingNode()) {
            throw new Refusal("Revision " + to.number()
                    + " can't be read: its ControllerRevision holds no template. Name another one");
        }
        var patch = JsonNodeFactory.instance.arrayNode();
        for (var field : List.of("template", "ephemerality")) {
            var then = to.spec().path(field);
            if (!then.isMissingNode() && !then.equals(before.path(field))) {
                patch.addObject().put("op", "add").put("path", "/spec/" + field).set("value", then);
            } else if (then.isMissingNode() && before.has(field)) {
                patch.addObject().put("op", "remove").put("path", "/spec/" + field);
            }
        }
        var runtime = to.spec().path("runtime");
        if (!runtime.isMissingNode()
                && !runtime.asText().equals(before.path("runtime").asText(current))) {
            patch.addObject().put("op", "add").put("path", "/spec/runtime").set("value", runtime);
        }
        return patch;
    }
}
