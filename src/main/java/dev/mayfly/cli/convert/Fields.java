package dev.mayfly.cli.convert;

import dev.mayfly.cli.Complaint.Refusal;
import dev.mayfly.cli.Printable;
import dev.mayfly.core.model.Text;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A map of a document, of which each field is read once: what is left at the end was not understood. A field of the
 * wrong type is a {@link Refusal} that names it. A field that is null counts as absent.
 */
final class Fields {
    private final String at;
    private final Map<String, Object> left;

    private Fields(String at, Map<String, Object> left) {
        this.at = at;
        this.left = left;
    }

    /** @param at how messages name it, such as {@code services.web} */
    static Fields of(String at, Object value) {
        return new Fields(at, new LinkedHashMap<>(map(at, value)));
    }

    static Map<String, Object> map(String at, Object value) {
        if (!(value instanceof Map<?, ?> map)) {
            throw wrong(at, "a map");
        }
        var copy = new LinkedHashMap<String, Object>();
        map.forEach((key, each) -> copy.put(String.valueOf(key), each));
        return copy;
    }

    static String text(String at, Object value) {
        if (value == null || value instanceof Map || value instanceof List) {
            throw wrong(at, "a text");
        }
        return String.valueOf(value);
    }

    String at() {
        return at;
    }

    Optional<Object> value(String key) {
        return Optional.ofNullable(left.remove(key));
    }

    /** A text, a number or a flag, as text. */
    Optional<String> text(String key) {
        return value(key).map(value -> text(at + "." + key, value));
    }

    boolean flag(String key) {
        return text(key)
                .map(text -> switch (text) {
                    case "true" -> true;
                    case "false" -> false;
                    default -> throw wrong(at + "." + key, "true or false");
                })
                .orElse(false);
    }

    Optional<Long> number(String key) {
        return text(key).map(text -> {
            if (!Text.isNumber(text, 18)) {
                throw wrong(at + "." + key, "a number of 0 or more");
            }
            return Long.valueOf(text);
        });
    }

    Optional<Fields> fields(String key) {
        return value(key).map(value -> of(at + "." + key, value));
    }

    /** Empty where there is none. */
    List<Object> list(String key) {
        return value(key).map(value -> list(at + "." + key, value)).orElse(List.of());
    }

    /** A text or a list of texts. */
    List<String> texts(String key) {
        return value(key)
                .map(value -> value instanceof List<?>
                        ? list(at + "." + key, value).stream()
                                .map(each -> text(at + "." + key, each))
                                .toList()
                        : List.of(text(at + "." + key, value)))
                .orElse(List.of());
    }

    /** A map, or a list of {@code NAME=VALUE}; a name without a value has none. */
    Map<String, Optional<String>> pairs(String key) {
        var pairs = new LinkedHashMap<String, Optional<String>>();
        switch (left.remove(key)) {
            case null -> {}
            case List<?> list ->
                list.forEach(each -> {
                    var pair = text(at + "." + key, each).split("=", 2);
                    pairs.put(pair[0], pair.length > 1 ? Optional.of(pair[1]) : Optional.empty());
                });
            case Object value ->
                map(at + "." + key, value)
                        .forEach((name, each) -> pairs.put(
                                name, each == null ? Optional.empty() : Optional.of(text(at + "." + key, each))));
        }
        return pairs;
    }

    /** The fields that were not read, in the document's order. */
    Map<String, Object> rest() {
        var rest = new LinkedHashMap<>(left);
        rest.values().removeIf(value -> value == null);
        return rest;
    }

    static List<Object> list(String at, Object value) {
        if (!(value instanceof List<?> list)) {
            throw wrong(at, "a list");
        }
        return new ArrayList<>(list);
    }

    private static Refusal wrong(String at, String type) {
        return new Refusal(Printable.of(at) + " must be " + type + ": correct it");
    }
}
