package dev.mayfly.api.v1alpha1;

import com.fasterxml.jackson.databind.node.TextNode;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinitionVersion;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;

/** What types that tasks share with workloads mean for a task. Used by the build only. */
final class TaskSchema {
    private TaskSchema() {}

    static void complete(CustomResourceDefinitionVersion version) {
        var spec = field(version.getSchema().getOpenAPIV3Schema(), "spec");
        var output = field(spec, "template", "terminationMessagePolicy");
        output.setDefault(TextNode.valueOf("FallbackToLogs"));
        output.setDescription("Of which attempts the last lines of output, at most 2 KiB, are shown in status.results."
                + " FallbackToLogs: of all that ended. FallbackToLogsOnError: of those that failed. File: of none;"
                + " nothing of the container's output leaves the engine. Default FallbackToLogs.");
        field(spec, "ephemerality", "maxLifetimeSeconds")
                .setDescription("Not for tasks, whose attempts end by themselves: use activeDeadlineSeconds.");
        field(spec, "ephemerality", "audit", "onWrite")
                .setDescription("Report: findings are reported. The others are not for tasks. Default Report.");
    }

    private static JSONSchemaProps field(JSONSchemaProps schema, String... path) {
        var found = schema;
        for (var name : path) {
            found = found.getProperties().get(name);
        }
        return found;
    }
}
