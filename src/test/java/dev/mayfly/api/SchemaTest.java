package dev.mayfly.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.testing.Cluster;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceColumnDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinitionVersion;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** What {@code kubectl explain} and {@code kubectl get} show, read back from a real API server. */
class SchemaTest {

    @Test
    void everyFieldHasADescriptionForKubectlExplain() {
        var undescribed = new TreeMap<>(fields("", schema()));

        undescribed.values().removeIf(field -> field.getDescription() != null);

        assertThat(undescribed).isEmpty();
    }

    @Test
    void everyDefaultIsInItsDescription() {
        var silent = new TreeMap<>(fields("", schema()));

        silent.values()
                .removeIf(field -> field.getDefault() == null
                        || field.getDefault().isObject()
                        || field.getDescription()
                                .contains("Default " + field.getDefault().asText()));

        assertThat(silent).isEmpty();
    }

    @Test
    void everyListMapAndTextOfTheSpecHasALimit() {
        var unlimited = new TreeMap<>(fields(".spec", schema().getProperties().get("spec")));

        unlimited.values().removeIf(SchemaTest::limited);

        assertThat(unlimited).isEmpty();
    }

    @Test
    void kubectlGetShowsTheColumnsInOrder() {
        assertThat(version().getAdditionalPrinterColumns())
                .extracting(CustomResourceColumnDefinition::getName)
                .startsWith("DESIRED", "READY", "UP-TO-DATE", "AVAILABLE", "DIRTY", "IMAGE", "RUNTIME", "AGE")
                .endsWith("DIGEST", "RESTARTS", "REASON");
    }

    @Test
    void scaleAndStatusAreSubresources() {
        var subresources = version().getSubresources();

        assertThat(subresources.getStatus()).isNotNull();
        assertThat(subresources.getScale().getLabelSelectorPath()).isEqualTo(".status.selector");
    }

    private static boolean limited(JSONSchemaProps field) {
        return switch (String.valueOf(field.getType())) {
            case "array" -> field.getMaxItems() != null;
            case "string" -> field.getMaxLength() != null || field.getEnum() != null;
            case "object" ->
                field.getAdditionalProperties() == null
                        || field.getMaxProperties() != null
                                && field.getAdditionalProperties().getSchema().getMaxLength() != null;
            default -> true;
        };
    }

    private static Map<String, JSONSchemaProps> fields(String path, JSONSchemaProps schema) {
        var fields = new TreeMap<String, JSONSchemaProps>();
        if (schema.getProperties() != null) {
            schema.getProperties().forEach((name, field) -> {
                fields.put(path + "." + name, field);
                fields.putAll(fields(path + "." + name, field));
            });
        }
        if (schema.getItems() != null) {
            fields.putAll(fields(path + "[]", schema.getItems().getSchema()));
        }
        return fields;
    }

    private static JSONSchemaProps schema() {
        return version().getSchema().getOpenAPIV3Schema();
    }

    private static CustomResourceDefinitionVersion version() {
        return Cluster.client()
                .resources(CustomResourceDefinition.class)
                .withName("ephemeralworkloads.mayfly.dev")
                .get()
                .getSpec()
                .getVersions()
                .getFirst();
    }
}
