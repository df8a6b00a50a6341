package dev.mayfly.api;

import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinitionVersion;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * A field of a CRD's schema.
 *
 * @param path without the kind, such as {@code .spec.template.env[].name}
 * @param required whether the object that has it must have it
 */
record CrdField(String path, String name, JSONSchemaProps schema, boolean required) {

    /** Those of the three CRDs. */
    static List<CrdField> all() {
        return versions().stream()
                .flatMap(version -> below("", version.getSchema().getOpenAPIV3Schema()).stream())
                .toList();
    }

    /** One of each CRD. */
    static List<CustomResourceDefinitionVersion> versions() {
        return crds().stream()
                .map(crd -> crd.getSpec().getVersions().getFirst())
                .toList();
    }

    static List<CustomResourceDefinition> crds() {
        try (var files = Files.list(Path.of("crds"))) {
            return files.sorted().map(CrdField::read).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    boolean is(String type) {
        return type.equals(schema.getType());
    }

    boolean inSpec() {
        return path.startsWith(".spec.");
    }

    /** Null if it is no list. */
    JSONSchemaProps items() {
        return schema.getItems() == null ? null : schema.getItems().getSchema();
    }

    /** Those of its enum, or of that of its items; empty if it has none. */
    List<String> words() {
        return Stream.of(schema, items())
                .filter(Objects::nonNull)
                .flatMap(part -> words(part).stream())
                .toList();
    }

    static List<String> words(JSONSchemaProps schema) {
        return schema.getEnum() == null
                ? List.of()
                : schema.getEnum().stream().map(word -> word.asText()).toList();
    }

    private static List<CrdField> below(String path, JSONSchemaProps schema) {
        var fields = new ArrayList<CrdField>();
        Objects.requireNonNullElse(schema.getProperties(), Map.<String, JSONSchemaProps>of())
                .forEach((name, child) -> {
                    var field = new CrdField(
                            path + "." + name, name, child, schema.getRequired().contains(name));
                    fields.add(field);
                    fields.addAll(below(field.path(), child));
                    if (field.items() != null) {
                        fields.addAll(below(field.path() + "[]", field.items()));
                    }
                });
        return fields;
    }

    private static CustomResourceDefinition read(Path file) {
        try {
            return Serialization.unmarshal(Files.readString(file), CustomResourceDefinition.class);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
