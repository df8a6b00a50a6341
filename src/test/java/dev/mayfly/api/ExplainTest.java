package dev.mayfly.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Output of {@code kubectl explain --recursive}: the spec that people write, and the status that people read and programs wait for. */
class ExplainTest {
    private static final int FEWEST_FIELDS = 20;

    @ParameterizedTest
    @ValueSource(strings = {"ephemeralworkloads", "ephemeraltasks", "imagepolicies"})
    void everyFieldOfTheStatusHasADescriptionInSentences(String kinds) throws IOException {
        var fields = status(kinds);

        assertThat(fields)
                .hasSizeGreaterThan(FEWEST_FIELDS)
                .allSatisfy((path, field) ->
                        assertThat(field.getDescription()).as(path).isNotNull().matches("[A-Za-z].*\\."));
    }

    @ParameterizedTest
    @ValueSource(strings = {"ephemeralworkloads", "ephemeraltasks", "imagepolicies"})
    void everyFieldOfTheSpecHasADescription(String kinds) throws IOException {
        var fields = fields(kinds, "spec");

        assertThat(fields)
                .hasSizeGreaterThan(FEWEST_FIELDS)
                .allSatisfy((path, field) ->
                        assertThat(field.getDescription()).as(path).isNotBlank());
    }

    @ParameterizedTest
    @ValueSource(strings = {"ephemeralworkloads", "ephemeraltasks", "imagepolicies"})
    void timesAreTimesAndNothingElseIsCalledSo(String kinds) throws IOException {
        assertThat(status(kinds))
                .allSatisfy((path, field) -> assertThat("date-time".equals(field.getFormat()))
                        .as(path)
                        .isEqualTo(path.endsWith("Time")));
    }

    private static Map<String, JSONSchemaProps> status(String kinds) throws IOException {
        return fields(kinds, "status");
    }

    private static Map<String, JSONSchemaProps> fields(String kinds, String part) throws IOException {
        var crd = Serialization.unmarshal(
                Files.readString(Path.of("crds", kinds + ".mayfly.dev-v1.yml")), CustomResourceDefinition.class);
        var schema = crd.getSpec().getVersions().getFirst().getSchema().getOpenAPIV3Schema();
        var fields = new TreeMap<String, JSONSchemaProps>();
        collect(part, schema.getProperties().get(part), fields);
        return fields;
    }

    private static void collect(String path, JSONSchemaProps schema, Map<String, JSONSchemaProps> into) {
        if (schema.getProperties() != null) {
            schema.getProperties().forEach((name, field) -> {
                into.put(path + "." + name, field);
                collect(path + "." + name, field, into);
            });
        }
        if (schema.getItems() != null) {
            collect(path, schema.getItems().getSchema(), into);
        }
    }
}
