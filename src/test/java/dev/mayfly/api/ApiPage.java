package dev.mayfly.api;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Generates the API reference from the CRDs. */
final class ApiPage {
    private static final String HEAD = """
            # API

            <!-- Generated from crds/ by ApiPageTest. -->

            `mayfly.dev/v1alpha1`. `kubectl explain ew.spec --recursive` shows the same. A field that is not here is refused.
            """;

    /** Where the fields of an object stand that is on the page already, by those fields. */
    private final Map<JsonNode, String> shown = new HashMap<>();

    private ApiPage() {}

    /** @param crds parsed, in the order of the page */
    static String generate(List<JsonNode> crds) {
        var page = new ApiPage();
        return crds.stream().map(page::kind).collect(Collectors.joining("", HEAD, ""));
    }

    private String kind(JsonNode crd) {
        var names = crd.at("/spec/names");
        var version = crd.at("/spec/versions/0");
        var schema = version.at("/schema/openAPIV3Schema");
        var page =
                new StringBuilder("\n## %s\n%s\n\n".formatted(names.path("kind").asText(), description(schema)));
        page.append(
                "%s. Short names: %s.\n".formatted(crd.at("/spec/scope").asText(), words(names.path("shortNames"))));
        page.append("Columns of `kubectl get`: %s. With `-o wide` also: %s.\n"
                .formatted(columns(version, 0), columns(version, 1)));
        for (var part : List.of("spec", "status")) {
            var title = names.path("kind").asText() + " " + part;
            page.append("\n### %s\n| field | type | default | description |\n|---|---|---|---|\n".formatted(title));
            rows(title, "", schema.at("/properties/" + part)).forEach(page::append);
        }
        var rules = rules("", schema.at("/properties/spec"));
        if (!rules.isEmpty()) {
            page.append("\n### %s rules\nThe API server refuses a resource that breaks one of these.\n\n"
                    .formatted(names.path("kind").asText()));
            rules.forEach(rule -> page.append("- ").append(rule).append('\n'));
        }
        return page.toString();
    }

    /** A row for each field, and for each field of it, unless an equal object has them above. */
    private Stream<String> rows(String title, String prefix, JsonNode schema) {
        return schema.path("properties").properties().stream().flatMap(property -> {
            var path = prefix + property.getKey();
            var field = property.getValue();
            var object = field.has("items") ? field.path("items") : field;
            var above = object.has("properties")
                    ? Optional.ofNullable(shown.putIfAbsent(object.path("properties"), "`" + path + "` of " + title))
                    : Optional.<String>empty();
            return Stream.concat(
                    Stream.of(row(path, field, above)),
                    above.isPresent()
                            ? Stream.empty()
                            : rows(title, path + (field.has("items") ? "[]." : "."), object));
        });
    }

    private static String row(String path, JsonNode field, Optional<String> above) {
        var value = field.path("default");
        var description = Stream.of(
                        Optional.of(description(field)),
                        range(field),
                        values(field),
                        above.map(place -> "Fields as in " + place + "."))
                .flatMap(Optional::stream)
                .filter(text -> !text.isEmpty())
                .collect(Collectors.joining(" "));
        return "| `%s` | %s | %s | %s |\n"
                .formatted(
                        path,
                        type(field),
                        value.isMissingNode() || value.isContainerNode() ? "" : "`" + value.asText() + "`",
                        description);
    }

    private static String type(JsonNode field) {
        if (field.path("x-kubernetes-int-or-string").asBoolean()) {
            return "integer or string";
        }
        if (field.has("items")) {
            return "list of " + type(field.path("items")) + "s";
        }
        if (field.has("additionalProperties")) {
            return "map of strings";
        }
        return field.path("format").asText().equals("date-time")
                ? "time"
                : field.path("type").asText("object");
    }

    private static Optional<String> range(JsonNode field) {
        if (!field.path("type").asText().equals("integer") || !field.has("minimum") && !field.has("maximum")) {
            return Optional.empty();
        }
        var range = field.has("maximum")
                ? "%s to %s.".formatted(number(field.path("minimum")), number(field.path("maximum")))
                : "At least %s.".formatted(number(field.path("minimum")));
        return Optional.of(range).filter(text -> !description(field).contains(text));
    }

    private static String number(JsonNode number) {
        return number.isMissingNode() ? "any" : String.valueOf(number.asLong());
    }

    private static Optional<String> values(JsonNode field) {
        return field.has("enum") ? Optional.of("One of " + words(field.path("enum")) + ".") : Optional.empty();
    }

    /** Messages of the validation rules, at any depth, with the field that they are about. */
    private static List<String> rules(String path, JsonNode schema) {
        var rules = new ArrayList<String>();
        schema.path("x-kubernetes-validations")
                .forEach(rule -> rules.add((path.isEmpty() ? "" : "`" + path + "`: ")
                        + text(rule.path("message").asText())));
        schema.path("properties")
                .properties()
                .forEach(field -> rules.addAll(
                        rules(path.isEmpty() ? field.getKey() : path + "." + field.getKey(), field.getValue())));
        if (schema.has("items")) {
            rules.addAll(rules(path + "[]", schema.path("items")));
        }
        return rules;
    }

    private static String columns(JsonNode version, int priority) {
        var columns = new ArrayList<String>();
        version.path("additionalPrinterColumns").forEach(column -> {
            if (column.path("priority").asInt() == priority) {
                columns.add("`" + column.path("name").asText() + "`");
            }
        });
        return columns.isEmpty() ? "none" : String.join(", ", columns);
    }

    private static String words(JsonNode list) {
        var words = new ArrayList<String>();
        list.forEach(word -> words.add("`" + word.asText() + "`"));
        return String.join(", ", words);
    }

    private static String description(JsonNode schema) {
        return text(schema.path("description").asText());
    }

    /** As one cell of a table shows it. */
    private static String text(String plain) {
        return plain.replace("|", "\\|")
                .replace("*", "\\*")
                .replace("<", "&lt;")
                .replaceAll("\\s+", " ")
                .strip();
    }
}
