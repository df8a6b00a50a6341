package dev.mayfly.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.testing.Cluster;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceColumnDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinitionVersion;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The output of {@code kubectl explain} and {@code kubectl get}, read back from a real API server. */
@Tag("cluster")
class SchemaTest {
    private static final String WORKLOADS = "ephemeralworkloads.mayfly.dev";
    private static final String TASKS = "ephemeraltasks.mayfly.dev";
    private static final String POLICIES = "imagepolicies.mayfly.dev";

    @ParameterizedTest
    @ValueSource(strings = {WORKLOADS, TASKS, POLICIES})
    void everyFieldHasADescriptionForKubectlExplain(String kind) {
        var undescribed = new TreeMap<>(fields("", schema(kind)));

        undescribed.values().removeIf(field -> field.getDescription() != null);

        assertThat(undescribed).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {WORKLOADS, TASKS, POLICIES})
    void everyDefaultIsInItsDescription(String kind) {
        var silent = new TreeMap<>(fields("", schema(kind)));

        silent.values()
                .removeIf(field -> field.getDefault() == null
                        || field.getDefault().isObject()
                        || field.getDescription()
                                .contains("Default " + field.getDefault().asText()));

        assertThat(silent).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {WORKLOADS, TASKS, POLICIES})
    void everyListMapAndTextOfTheSpecHasALimit(String kind) {
        var unlimited =
                new TreeMap<>(fields(".spec", schema(kind).getProperties().get("spec")));

        unlimited.values().removeIf(SchemaTest::limited);

        assertThat(unlimited).isEmpty();
    }

    @Test
    void kubectlGetShowsTheColumnsInOrder() {
        assertThat(version(WORKLOADS).getAdditionalPrinterColumns())
                .extracting(CustomResourceColumnDefinition::getName)
                .containsExactly(
                        "DESIRED",
                        "READY",
                        "UP-TO-DATE",
                        "AVAILABLE",
                        "DIRTY",
                        "REASON",
                        "IMAGE",
                        "AGE",
                        "RUNTIME",
                        "DIGEST",
                        "RESTARTS");
    }

    @Test
    void kubectlGetShowsTheProgressOfATask() {
        assertThat(version(TASKS).getAdditionalPrinterColumns())
                .extracting(CustomResourceColumnDefinition::getName)
                .containsExactly(
                        "COMPLETE",
                        "OF",
                        "ACTIVE",
                        "FAILED",
                        "REASON",
                        "AGE",
                        "IMAGE",
                        "RUNTIME",
                        "STARTED",
                        "FINISHED");
    }

    @Test
    void integersOfATaskHaveTheSameWidthAsThoseOfAJob() {
        assertThat(fields("", schema(TASKS)))
                .hasEntrySatisfying(
                        ".spec.completions",
                        field -> assertThat(field.getFormat()).isEqualTo("int32"))
                .hasEntrySatisfying(
                        ".spec.activeDeadlineSeconds",
                        field -> assertThat(field.getFormat()).isEqualTo("int64"));
    }

    @Test
    void aTaskHasAStatusSubresourceAndNoScale() {
        assertThat(version(TASKS).getSubresources().getStatus()).isNotNull();
        assertThat(version(TASKS).getSubresources().getScale()).isNull();
    }

    @Test
    void kubectlGetShowsHowManyImagesComply() {
        assertThat(version(POLICIES).getAdditionalPrinterColumns())
                .extracting(CustomResourceColumnDefinition::getName)
                .containsExactly("ACTION", "IMAGES", "COMPLIANT", "VIOLATIONS", "RECLAIMED", "AGE");
    }

    @Test
    void scaleAndStatusAreSubresources() {
        var subresources = version(WORKLOADS).getSubresources();

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

    private static JSONSchemaProps schema(String kind) {
        return version(kind).getSchema().getOpenAPIV3Schema();
    }

    private static CustomResourceDefinitionVersion version(String kind) {
        return Cluster.client()
                .resources(CustomResourceDefinition.class)
                .withName(kind)
                .get()
                .getSpec()
                .getVersions()
                .getFirst();
    }
}
