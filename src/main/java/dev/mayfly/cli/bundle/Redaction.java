package dev.mayfly.cli.bundle;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.re2j.Pattern;
import dev.mayfly.core.model.Template.Output;
import java.util.Set;

/**
 * Takes values out of what goes into a support bundle. By their place: values of variables, arguments, headers, annotations of
 * others, output of replicas. By their text: values that are known to be secret, and what is written like a credential.
 */
final class Redaction {
    static final String MASK = "<redacted>";

    private static final String OURS = "mayfly.dev/";
    private static final Set<String> LEFT_OUT = Set.of("managedFields");
    private static final Set<String> VALUES = Set.of("annotations", "data", "stringData", "binaryData");
    private static final Set<String> LISTS_OF_VALUES = Set.of("env", "httpHeaders");
    private static final Set<String> COMMANDS = Set.of("command", "args");
    /** Below these a message is, or begins with, what a replica printed. */
    private static final Set<String> TERMINATIONS = Set.of("lastTerminations", "results", "terminated");

    /** The user part of a URL, a scheme of HTTP authentication, and what follows a name such as password. */
    private static final Pattern CREDENTIAL = Pattern.compile("(://)[^/@\\s\"']+@"
            + "|((?i:bearer|basic)\\s+)[A-Za-z0-9._~+/=-]{8,}"
            + "|((?i:password|passwd|secret|token|api[-_]?key)[\"']?\\s*[=:]\\s*[\"']?)[^\\s\"',;&}]+");

    private final SecretValues known;

    /** @param known what is searched for; if it is not complete, all messages and logs are left out */
    Redaction(SecretValues known) {
        this.known = known;
    }

    /** A copy that can be shown. */
    JsonNode of(JsonNode document) {
        return redacted(document, false);
    }

    /** Text in which the operator or the engine may have quoted something. */
    String text(String text) {
        if (!known.complete()) {
            return MASK;
        }
        return credentials(known.removedFrom(text));
    }

    /** Of a condition or an Event: without the output of a replica, which ends it. */
    private String message(String message) {
        var output = message.indexOf(Output.HEADING);
        return output < 0 ? text(message) : text(message.substring(0, output)) + Output.HEADING + MASK;
    }

    /** Text of a fixed vocabulary, such as metrics: also kept if not all that is secret is known. */
    String vocabulary(String text) {
        return credentials(known.removedFrom(text));
    }

    private static String credentials(String text) {
        var found = CREDENTIAL.matcher(text);
        var clean = new StringBuilder();
        int end = 0;
        while (found.find()) {
            clean.append(text, end, found.start());
            for (int group = 1; group <= found.groupCount(); group++) {
                if (found.group(group) != null) {
                    clean.append(found.group(group)).append(MASK);
                }
            }
            clean.append(found.group(1) == null ? "" : "@");
            end = found.end();
        }
        return clean.append(text, end, text.length()).toString();
    }

    private JsonNode redacted(JsonNode node, boolean ofTermination) {
        return switch (node) {
            case ObjectNode object -> fields(object, ofTermination);
            case ArrayNode array -> {
                var copy = JsonNodeFactory.instance.arrayNode();
                array.forEach(element -> copy.add(redacted(element, ofTermination)));
                yield copy;
            }
            default -> {
                var shown = vocabulary(node.asText());
                yield shown.equals(node.asText()) ? node : JsonNodeFactory.instance.textNode(shown);
            }
        };
    }

    private ObjectNode fields(ObjectNode object, boolean ofTermination) {
        var copy = JsonNodeFactory.instance.objectNode();
        object.properties().forEach(field -> {
            var name = field.getKey();
            var value = field.getValue();
            if (!LEFT_OUT.contains(name)) {
                copy.set(vocabulary(name), field(name, value, ofTermination));
            }
        });
        return copy;
    }

    private JsonNode field(String name, JsonNode value, boolean ofTermination) {
        if (VALUES.contains(name) && value.isObject()) {
            return values((ObjectNode) value);
        }
        if (LISTS_OF_VALUES.contains(name) && value.isArray()) {
            var copy = redacted(value, ofTermination);
            copy.forEach(element -> {
                if (element instanceof ObjectNode pair && pair.has("value")) {
                    pair.put("value", MASK);
                }
            });
            return copy;
        }
        if (COMMANDS.contains(name) && value.isArray()) {
            return arguments((ArrayNode) value, name.equals("command") ? 1 : 0);
        }
        if (name.equals("message") && value.isTextual()) {
            return JsonNodeFactory.instance.textNode(ofTermination ? MASK : message(value.asText()));
        }
        return redacted(value, ofTermination || TERMINATIONS.contains(name));
    }

    /** The names stay: they say what is there. */
    private ObjectNode values(ObjectNode object) {
        var copy = JsonNodeFactory.instance.objectNode();
        object.properties().forEach(entry -> {
            if (entry.getKey().startsWith(OURS)) {
                copy.set(entry.getKey(), redacted(entry.getValue(), false));
            } else {
                copy.put(vocabulary(entry.getKey()), MASK);
            }
        });
        return copy;
    }

    /** @param kept how many of the first words are shown */
    private ArrayNode arguments(ArrayNode words, int kept) {
        var copy = JsonNodeFactory.instance.arrayNode();
        for (int i = 0; i < words.size(); i++) {
            copy.add(i < kept ? vocabulary(words.get(i).asText()) : MASK);
        }
        return copy;
    }
}
