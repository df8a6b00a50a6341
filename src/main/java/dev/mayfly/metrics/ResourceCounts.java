package dev.mayfly.metrics;

import dev.mayfly.api.v1alpha1.EphemeralTask;
import dev.mayfly.api.v1alpha1.EphemeralWorkload;
import dev.mayfly.api.v1alpha1.Templated;
import io.fabric8.kubernetes.api.model.Condition;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Workloads and tasks, counted.
 *
 * @param kinds number of resources by kind
 * @param conditions number of resources in that condition
 * @param desired sum of the replicas that the workloads want now
 */
record ResourceCounts(Map<String, Integer> kinds, Map<InCondition, Integer> conditions, int desired) {
    /** Types of conditions by kind. */
    static final Map<String, List<String>> TYPES = Map.of(
            "EphemeralWorkload",
            List.of("Ready", "Available", "Progressing", "Degraded", "Ephemeral", "ImageCompliant"),
            "EphemeralTask",
            List.of("Degraded", "Ephemeral", "ImageCompliant", "Complete", "Failed", "Suspended"));

    /** @param status {@code True}, {@code False} or {@code Unknown} */
    record InCondition(String kind, String type, String status) {}

    static ResourceCounts of(Stream<Templated> resources) {
        var kinds = new HashMap<String, Integer>();
        var conditions = new HashMap<InCondition, Integer>();
        var desired = new int[1];
        resources.forEach(resource -> {
            kinds.merge(resource.getKind(), 1, Integer::sum);
            for (var condition : conditions(resource)) {
                var in = new InCondition(resource.getKind(), condition.getType(), condition.getStatus());
                conditions.merge(in, 1, Integer::sum);
            }
            desired[0] += desired(resource);
        });
        return new ResourceCounts(kinds, conditions, desired[0]);
    }

    private static List<Condition> conditions(Templated resource) {
        var conditions = switch (resource) {
            case EphemeralWorkload workload ->
                workload.getStatus() == null ? null : workload.getStatus().conditions();
            case EphemeralTask task ->
                task.getStatus() == null ? null : task.getStatus().conditions();
        };
        return conditions == null ? List.of() : conditions;
    }

    private static int desired(Templated resource) {
        return resource instanceof EphemeralWorkload workload && workload.getSpec() != null
                ? workload.wantedReplicas()
                : 0;
    }

    int of(String kind) {
        return kinds.getOrDefault(kind, 0);
    }

    int in(InCondition condition) {
        return conditions.getOrDefault(condition, 0);
    }
}
