package dev.mayfly.cli.bundle;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;

/** Values that must not stand in a bundle, wherever they were quoted. They are kept in memory only. */
final class SecretValues {
    /** Shorter values are found in any text. */
    private static final int SHORTEST = 4;
    /** Of variables and arguments that stand in the spec: shorter ones are words such as {@code true} and {@code -f}. */
    private static final int SHORTEST_LITERAL = 8;
    /** Each is searched for in all of the bundle. */
    private static final int MOST = 2_000;

    private static final ObjectMapper JSON = new ObjectMapper();

    private final Set<String> values = new HashSet<>();
    private List<String> longestFirst = List.of();
    private boolean complete = true;

    /** False if a value may be missing: one that can't be read, or there are too many. */
    boolean complete() {
        return complete;
    }

    /** Some values can't be read. */
    void incomplete() {
        complete = false;
    }

    /** The values of a Secret as the API server shows it. */
    void addSecret(JsonNode secret) {
        secret.path("data").forEach(value -> {
            var encoded = value.asText();
            add(encoded, SHORTEST);
            try {
                addText(new String(Base64.getDecoder().decode(encoded), StandardCharsets.UTF_8));
            } catch (IllegalArgumentException malformed) {
                incomplete();
            }
        });
    }

    /** Variables and arguments that stand in a resource themselves. */
    void addLiterals(JsonNode resource) {
        switch (resource) {
            case ArrayNode array -> array.forEach(this::addLiterals);
            default ->
                resource.properties().forEach(field -> {
                    var value = field.getValue();
                    switch (field.getKey()) {
                        case "env", "httpHeaders" ->
                            value.forEach(pair -> add(pair.path("value").asText(), SHORTEST_LITERAL));
                        case "args" -> value.forEach(word -> add(word.asText(), SHORTEST_LITERAL));
                        case "command" -> {
                            for (int i = 1; i < value.size(); i++) {
                                add(value.get(i).asText(), SHORTEST_LITERAL);
                            }
                        }
                        default -> addLiterals(value);
                    }
                });
        }
    }

    /** Names of the Secrets that a resource refers to. */
    static Set<String> named(JsonNode resource) {
        var names = new TreeSet<String>();
        collect(resource, names::add);
        return names;
    }

    private static void collect(JsonNode node, Consumer<String> found) {
        if (node.isArray()) {
            node.forEach(element -> collect(element, found));
            return;
        }
        node.properties().forEach(field -> {
            var value = field.getValue();
            switch (field.getKey()) {
                case "secretKeyRef", "secretRef" -> add(value.path("name"), found);
                case "secret" -> {
                    add(value.path("secretName"), found);
                    add(value.path("name"), found); // as a projected volume has it
                }
                case "imagePullSecrets" -> value.forEach(secret -> add(secret.path("name"), found));
                default -> collect(value, found);
            }
        });
    }

    private static void add(JsonNode name, Consumer<String> found) {
        if (name.isTextual() && !name.asText().isEmpty()) {
            found.accept(name.asText());
        }
    }

    /** @return the text without any of the values, in time linear to the text for each */
    String removedFrom(String text) {
        if (longestFirst.size() != values.size()) {
            longestFirst = values.stream()
                    .sorted(Comparator.comparing(String::length).reversed())
                    .toList();
        }
        var clean = text;
        for (var value : longestFirst) {
            clean = clean.replace(value, Redaction.MASK);
        }
        return clean;
    }

    /** The whole, its lines and, of a document such as a pull Secret's, each of its values and what basic authentication makes of them. */
    private void addText(String text) {
        add(text, SHORTEST);
        add(text.strip(), SHORTEST);
        text.lines().map(String::strip).forEach(line -> add(line, SHORTEST));
        try {
            addLeaves(JSON.readTree(text));
        } catch (JsonProcessingException noDocument) {
            // its lines have to do
        }
    }

    private void addLeaves(JsonNode node) {
        if (node.isTextual()) {
            var value = node.asText();
            add(value, SHORTEST);
            try {
                var pair = new String(Base64.getDecoder().decode(value), StandardCharsets.UTF_8);
                add(pair, SHORTEST);
                add(pair.substring(pair.indexOf(':') + 1), SHORTEST);
            } catch (IllegalArgumentException notEncoded) {
                // most are not
            }
        }
        node.forEach(this::addLeaves);
    }

    private void add(String value, int shortest) {
        if (value.length() < shortest) {
            return;
        }
        if (values.size() >= MOST) {
            incomplete();
        } else {
            values.add(value);
        }
    }
}
