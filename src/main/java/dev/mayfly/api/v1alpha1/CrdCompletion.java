package dev.mayfly.api.v1alpha1;

import com.fasterxml.jackson.databind.node.TextNode;
import io.fabric8.crdv2.generator.CRDPostProcessor;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceColumnDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinitionVersion;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaPropsBuilder;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Adds what no annotation on the Java types can say to a generated CRD. Used by the build only. */
public class CrdCompletion implements CRDPostProcessor {
    private static final Map<String, String> DESCRIPTIONS = Map.of(
            "EphemeralWorkload", EphemeralWorkload.DESCRIPTION,
            "EphemeralTask", EphemeralTask.DESCRIPTION,
            "ImagePolicy", ImagePolicy.DESCRIPTION);

    /** Of all kinds, in the order in which kubectl shows them. */
    private static final List<String> COLUMNS = List.of(
            "DESIRED",
            "READY",
            "UP-TO-DATE",
            "AVAILABLE",
            "DIRTY",
            "COMPLETE",
            "OF",
            "ACTIVE",
            "FAILED",
            "REASON",
            "ACTION",
            "IMAGES",
            "COMPLIANT",
            "VIOLATIONS",
            "RECLAIMED",
            "IMAGE",
            "AGE",
            "RUNTIME",
            "DIGEST",
            "RESTARTS",
            "STARTED",
            "FINISHED");

    /** Those of {@code -o wide} last. */
    private static final Comparator<CustomResourceColumnDefinition> BY_COLUMN = Comparator.comparingInt(
                    CustomResourceColumnDefinition::getPriority)
            .thenComparingInt(column -> COLUMNS.indexOf(column.getName()));

    /** Lists whose items have a key are merged by it, as in core/v1; all others are replaced as a whole. */
    private static final Map<String, List<String>> KEYS = Map.of(
            "env", List.of("name"),
            "imagePullSecrets", List.of("name"),
            "ports", List.of("containerPort", "protocol"),
            "volumes", List.of("name"),
            "volumeMounts", List.of("mountPath"),
            "scratch", List.of("path"),
            "costs", List.of("replica"),
            "conditions", List.of("type"));

    private static final Set<String> LONGS = Set.of(
            "observedGeneration",
            "layers",
            "terminationGracePeriodSeconds",
            "activeDeadlineSeconds",
            "runAsUser",
            "runAsGroup",
            "fsGroup");

    /** As Kubernetes has it for names of ports. */
    private static final String PORT_NAME = "^[a-z0-9]([-a-z0-9]{0,13}[a-z0-9])?$";

    /** Patterns of what may be a number or a text; none is ever negative. */
    private static final Map<String, String> PATTERNS =
            Map.of("maxSurge", "^(0|[1-9][0-9]{0,2})%$", "maxUnavailable", "^(100|[1-9]?[0-9])%$", "port", PORT_NAME);

    /** Of replicas; what is written without quotes is no larger than a Java int. */
    private static final double LARGEST_NUMBER = 100_000;

    private static final double LARGEST_PORT = 65_535;

    /** Short enough that each can be written out in full. */
    private static final String QUANTITY =
            "^([0-9]{1,20}([.][0-9]{0,20})?|[.][0-9]{1,20})([KMGTPE]i|[munkMGTPE]|[eE][+-]?[0-9]{1,2})?$";

    @Override
    public HasMetadata process(HasMetadata crd, String specVersion) {
        var definition = (CustomResourceDefinition) crd;
        var description = DESCRIPTIONS.get(definition.getSpec().getNames().getKind());
        definition.getSpec().getVersions().forEach(version -> complete(version, description));
        if (definition.getSpec().getNames().getKind().equals("EphemeralTask")) {
            definition.getSpec().getVersions().forEach(TaskSchema::complete);
        }
        return crd;
    }

    private static void complete(CustomResourceDefinitionVersion version, String description) {
        version.getAdditionalPrinterColumns().sort(BY_COLUMN);
        var schema = version.getSchema().getOpenAPIV3Schema();
        schema.setDescription(description);
        schema.setRequired(List.of("spec"));
        schema.getProperties().get("spec").setDescription("The desired state.");
        schema.getProperties()
                .get("status")
                .setDescription("The state that the operator last observed. Only the operator writes it.");
        schema.getProperties().forEach(CrdCompletion::complete);
    }

    private static void complete(String name, JSONSchemaProps schema) {
        if ("integer".equals(schema.getType())) {
            schema.setFormat(LONGS.contains(name) ? "int64" : "int32");
        }
        if ("string".equals(schema.getType()) && name.endsWith("Time")) {
            schema.setFormat("date-time");
        }
        if (Boolean.TRUE.equals(schema.getXKubernetesIntOrString())) {
            schema.setPattern(PATTERNS.getOrDefault(name, QUANTITY));
            schema.setMinimum(name.equals("port") ? 1.0 : 0.0);
            if (PATTERNS.containsKey(name)) {
                schema.setMaximum(name.equals("port") ? LARGEST_PORT : LARGEST_NUMBER);
            }
        }
        if ("array".equals(schema.getType())) {
            completeList(name, schema);
        }
        if (schema.getProperties() != null) {
            schema.getProperties().forEach(CrdCompletion::complete);
        }
    }

    private static void completeList(String name, JSONSchemaProps schema) {
        var items = schema.getItems().getSchema();
        schema.setXKubernetesListType(KEYS.containsKey(name) ? "map" : "atomic");
        schema.setXKubernetesListMapKeys(KEYS.get(name));
        if (name.equals("conditions")) {
            schema.setMaxItems(16L);
            items.setRequired(List.of("lastTransitionTime", "message", "reason", "status", "type"));
            items.getProperties().putAll(ConditionSchema.PROPERTIES);
        }
        complete("", items);
    }

    /** The schema of {@code metav1.Condition}, whose Java class carries no annotations. Used by the build only. */
    static final class ConditionSchema {
        static final Map<String, JSONSchemaProps> PROPERTIES = Map.of(
                "type",
                        text("What the condition is about, such as Available.")
                                .withMaxLength(316L)
                                .build(),
                "status",
                        text("True, False or Unknown.")
                                .withEnum(List.of(new TextNode("True"), new TextNode("False"), new TextNode("Unknown")))
                                .build(),
                "reason",
                        text("Why, in one CamelCase word.")
                                .withMaxLength(1024L)
                                .withMinLength(1L)
                                .build(),
                "message",
                        text("Why, in words for people.").withMaxLength(32768L).build(),
                "lastTransitionTime",
                        text("When status last changed.")
                                .withFormat("date-time")
                                .build(),
                "observedGeneration",
                        new JSONSchemaPropsBuilder()
                                .withType("integer")
                                .withMinimum(0.0)
                                .withDescription("Generation of the spec that the condition speaks of.")
                                .build());

        private ConditionSchema() {}

        private static JSONSchemaPropsBuilder text(String description) {
            return new JSONSchemaPropsBuilder().withType("string").withDescription(description);
        }
    }

    /** Adapts the schema of types that tasks share with workloads to tasks. Used by the build only. */
    static final class TaskSchema {
        private TaskSchema() {}

        static void complete(CustomResourceDefinitionVersion version) {
            var spec = field(version.getSchema().getOpenAPIV3Schema(), "spec");
            var output = field(spec, "template", "outputPolicy");
            output.setDefault(TextNode.valueOf("Always"));
            output.setDescription(
                    "Which attempts have their last output shown in status.results, at most 80 lines and 2 KiB"
                            + " of each. None: none, no output leaves the host. OnFailure: those that failed. Always: all that"
                            + " ended. Everyone who may read the task can read it. Default Always.");
            field(spec, "backoff", "stableSeconds")
                    .setDescription("Not for tasks, in which every attempt that fails counts, however long it ran. 1 to"
                            + " 86400. Default 10.");
            field(spec, "ephemerality", "maxLifetimeSeconds")
                    .setDescription("Not for tasks, whose attempts end by themselves: use activeDeadlineSeconds. 10 to"
                            + " 31536000. Default: none.");
            field(spec, "ephemerality", "audit", "onWrite")
                    .setDescription("Report: writes are reported. Recreate, Stop: not for tasks. Default Report.");
        }

        private static JSONSchemaProps field(JSONSchemaProps schema, String... path) {
            var found = schema;
            for (var name : path) {
                found = found.getProperties().get(name);
            }
            return found;
        }
    }
}
