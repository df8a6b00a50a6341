package dev.mayfly.cli.convert;

import dev.mayfly.cli.Complaint.Refusal;
import dev.mayfly.cli.Printable;
import dev.mayfly.core.model.Text;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Replaces Compose's variables: {@code $X}, {@code ${X}}, {@code ${X:-default}}, {@code ${X-default}}, {@code
 * ${X:?error}}, {@code ${X?error}}, {@code ${X:+other}}, {@code ${X+other}}, and {@code $$} for a dollar.
 */
final class Interpolation {
    private static final int MAX_DEPTH = 10;

    private final Map<String, String> variables;
    private final Set<String> unset = new TreeSet<>();
    private long left = Source.MAX_BYTES;

    Interpolation(Map<String, String> variables) {
        this.variables = variables;
    }

    /** Variables that had neither a value nor a default, so that nothing stands in their place. */
    Set<String> unset() {
        return unset;
    }

    /** A copy in which the variables of all texts are replaced; keys stay. */
    Object in(Object value) {
        return switch (value) {
            case Map<?, ?> map -> {
                var copy = new LinkedHashMap<String, Object>();
                map.forEach((key, each) -> copy.put(String.valueOf(key), in(each)));
                yield copy;
            }
            case List<?> list -> {
                var copy = new ArrayList<>();
                list.forEach(each -> copy.add(in(each)));
                yield copy;
            }
            case String text -> text.indexOf('$') < 0 ? text : new Reader(text).all();
            case null, default -> value;
        };
    }

    private String value(String name) {
        var value = variables.get(name);
        if (value == null) {
            unset.add(name);
            return "";
        }
        return value;
    }

    /** One text, from its beginning to its end. */
    private final class Reader {
        private final String text;
        private int at;

        Reader(String text) {
            this.text = text;
        }

        String all() {
            return until('\0', 0);
        }

        /** @param end the character that ends it, which is skipped; NUL for the end of the text */
        private String until(char end, int depth) {
            var out = new StringBuilder();
            while (at < text.length()) {
                var c = text.charAt(at++);
                if (c == end && end != '\0') {
                    return out.toString();
                }
                append(out, c == '$' ? variable(depth) : String.valueOf(c));
            }
            if (end != '\0') {
                throw wrong();
            }
            return out.toString();
        }

        private void append(StringBuilder out, String part) {
            left -= part.length();
            if (left < 0) {
                throw new Refusal("With its variables replaced it has more than " + Source.MAX_BYTES
                        + " characters: convert it in parts");
            }
            out.append(part);
        }

        private String variable(int depth) {
            if (at >= text.length()) {
                throw wrong();
            }
            var next = text.charAt(at);
            if (next == '$') {
                at++;
                return "$";
            }
            if (next != '{') {
                var name = name();
                if (name.isEmpty()) {
                    throw wrong();
                }
                return value(name);
            }
            at++;
            var name = name();
            if (name.isEmpty() || at >= text.length() || depth > MAX_DEPTH) {
                throw wrong();
            }
            return braced(name, depth);
        }

        private String braced(String name, int depth) {
            var operator = text.charAt(at++);
            if (operator == '}') {
                return value(name);
            }
            var orEmpty = operator == ':';
            if (orEmpty) {
                operator = at < text.length() ? text.charAt(at++) : ' ';
            }
            var word = until('}', depth + 1);
            var value = variables.get(name);
            var present = value != null && !(orEmpty && value.isEmpty());
            return switch (operator) {
                case '-' -> present ? value : word;
                case '+' -> present ? word : "";
                case '?' -> {
                    if (!present) {
                        throw new Refusal("The variable " + Printable.of(name) + " is needed (" + Printable.of(word)
                                + "): give it with -e " + Printable.of(name) + "=VALUE");
                    }
                    yield value;
                }
                default -> throw wrong();
            };
        }

        private String name() {
            var start = at;
            while (at < text.length() && isNamePart(text.charAt(at), at == start)) {
                at++;
            }
            return text.substring(start, at);
        }

        private boolean isNamePart(char c, boolean first) {
            return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_' || !first && c >= '0' && c <= '9';
        }

        private Refusal wrong() {
            return new Refusal("'" + Printable.of(Text.atMost(text, 60))
                    + "' has a $ that begins no variable: write $$ for a dollar");
        }
    }
}
