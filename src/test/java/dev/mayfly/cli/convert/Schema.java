package dev.mayfly.cli.convert;

import com.google.re2j.Pattern;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The structural part of a resource definition in {@code crds/}: fields, types, required ones, enums, patterns, limits. */
final class Schema {
    private final List<String> violations = new ArrayList<>();

    private Schema() {}

    /** The rules that the resource violates; empty where it fits. */
    static List<String> violations(Map<String, Object> resource) {
        var file = resource.get("kind").equals("EphemeralTask") ? "ephemeraltasks" : "ephemeralworkloads";
        var schema = new Schema();
        schema.check("spec", resource.get("spec"), definition(Path.of("crds", file + ".mayfly.dev-v1.yml")));
        return schema.violations;
    }

    private static Map<?, ?> definition(Path file) {
        try {
            Map<?, ?> crd = Serialization.unmarshal(Files.readString(file), Map.class);
            var version = (Map<?, ?>) ((List<?>) map(crd, "spec").get("versions")).getFirst();
            return map(map(map(version, "schema"), "openAPIV3Schema"), "properties", "spec");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Map<?, ?> map(Map<?, ?> map, String... keys) {
        var inner = map;
        for (var key : keys) {
            inner = (Map<?, ?>) inner.get(key);
        }
        return inner;
    }

    private void check(String at, Object value, Map<?, ?> schema) {
        switch (value) {
            case Map<?, ?> map -> object(at, map, schema);
            case List<?> list -> list(at, list, schema);
            default -> scalar(at, value, schema);
        }
    }

    private void object(String at, Map<?, ?> value, Map<?, ?> schema) {
        var properties = (Map<?, ?>) schema.get("properties");
        var additional = schema.get("additionalProperties");
        value.forEach((key, each) -> {
            var field = properties == null ? null : properties.get(key);
            if (field != null || additional instanceof Map) {
                check(at + "." + key, each, (Map<?, ?>) (field == null ? additional : field));
            } else {
                violations.add(at + "." + key + " is no field");
            }
        });
        if (schema.get("required") instanceof List<?> required) {
            required.stream()
                    .filter(key -> !value.containsKey(key))
                    .forEach(key -> violations.add(at + "." + key + " is missing"));
        }
    }

    private void list(String at, List<?> value, Map<?, ?> schema) {
        if (!"array".equals(schema.get("type"))) {
            violations.add(at + " is a list");
            return;
        }
        if (schema.get("maxItems") instanceof Number most && value.size() > most.intValue()) {
            violations.add(at + " has " + value.size() + " items");
        }
        for (int n = 0; n < value.size(); n++) {
            check(at + "[" + n + "]", value.get(n), (Map<?, ?>) schema.get("items"));
        }
    }

    private void scalar(String at, Object value, Map<?, ?> schema) {
        var type = schema.get("type");
        var either = Boolean.TRUE.equals(schema.get("x-kubernetes-int-or-string"));
        var fits = switch (value) {
            case Boolean flag -> "boolean".equals(type);
            case Number number -> either || "integer".equals(type);
            default -> either || "string".equals(type);
        };
        if (!fits) {
            violations.add(at + " is not of type " + type + ": " + value);
        }
        if (schema.get("enum") instanceof List<?> values && !values.contains(value)) {
            violations.add(at + " is none of " + values + ": " + value);
        }
        if (value instanceof Number number) {
            bounds(at, number.doubleValue(), schema);
        } else if (value instanceof String text) {
            text(at, text, schema);
        }
    }

    private void bounds(String at, double value, Map<?, ?> schema) {
        if (schema.get("minimum") instanceof Number least && value < least.doubleValue()
                || schema.get("maximum") instanceof Number most && value > most.doubleValue()) {
            violations.add(at + " is out of bounds: " + value);
        }
    }

    private void text(String at, String value, Map<?, ?> schema) {
        if (schema.get("pattern") instanceof String pattern
                        && !Pattern.compile(pattern).matcher(value).find()
                || schema.get("maxLength") instanceof Number most && value.length() > most.intValue()
                || schema.get("minLength") instanceof Number least && value.length() < least.intValue()) {
            violations.add(at + " does not match: " + value);
        }
    }
}
