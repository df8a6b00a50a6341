package dev.mayfly.api.v1alpha1;

import com.fasterxml.jackson.databind.node.TextNode;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaPropsBuilder;
import java.util.List;
import java.util.Map;

/** The schema of {@code metav1.Condition}, whose Java class carries no annotations. Used by the build only. */
final class ConditionSchema {
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
            "message", text("Why, in words for people.").withMaxLength(32768L).build(),
            "lastTransitionTime",
                    text("When status last changed.").withFormat("date-time").build(),
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
