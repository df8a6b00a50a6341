package dev.mayfly.runtime.registry;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/**
 * How a registry wants to be asked: the header {@code WWW-Authenticate} of its reply (RFC 9110, 11.6.1).
 *
 * @param scheme in lower case: {@code bearer} or {@code basic}
 * @param parameters by name in lower case
 */
record Challenge(String scheme, Map<String, String> parameters) {
    /** Longest header that is read, in characters. */
    private static final int MOST = 4096;

    /** Reads a header in one pass; what can't be read is left out. */
    static Challenge of(String header) {
        var text = header.length() > MOST ? header.substring(0, MOST) : header;
        var space = text.indexOf(' ');
        var scheme = (space < 0 ? text : text.substring(0, space)).toLowerCase(Locale.ROOT);
        var parameters = new HashMap<String, String>();
        var at = space < 0 ? text.length() : space + 1;
        while (at < text.length()) {
            var equals = text.indexOf('=', at);
            if (equals < 0) {
                break;
            }
            var name = text.substring(at, equals).strip().toLowerCase(Locale.ROOT);
            var quoted = equals + 1 < text.length() && text.charAt(equals + 1) == '"';
            var begin = equals + (quoted ? 2 : 1);
            var end = text.indexOf(quoted ? '"' : ',', begin);
            end = end < 0 ? text.length() : end;
            parameters.put(
                    name, text.substring(Math.min(begin, text.length()), end).strip());
            var comma = text.indexOf(',', end);
            at = comma < 0 ? text.length() : comma + 1;
        }
        return new Challenge(scheme, Map.copyOf(parameters));
    }

    String parameter(String name) {
        return parameters.getOrDefault(name, "");
    }
}
