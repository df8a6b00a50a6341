package dev.mayfly.node.kubelet;

import io.netty.handler.codec.http.QueryStringDecoder;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** A request's path and query. */
final class Parameters {
    /** Netty leaves others out silently: more than the longest head can have. */
    private static final int MOST = Limits.HEAD_BYTES;

    private final List<String> path;
    private final QueryStringDecoder query;

    /** @throws RequestRefused if it is not encoded as an address */
    Parameters(String uri) throws RequestRefused {
        query = new QueryStringDecoder(uri, StandardCharsets.UTF_8, true, MOST, true);
        try {
            var raw = query.rawPath();
            path = Arrays.stream((raw.startsWith("/") ? raw.substring(1) : raw).split("/", -1))
                    .map(QueryStringDecoder::decodeComponent)
                    .toList();
            query.parameters();
        } catch (IllegalArgumentException e) {
            throw RequestRefused.bad("the request's address has a '%' that no two hexadecimal digits follow");
        }
    }

    /** The path's parts between slashes, at least one. */
    List<String> path() {
        return path;
    }

    /** All values of the parameter, in their order; empty if there is none. */
    List<String> all(String name) {
        return query.parameters().getOrDefault(name, List.of());
    }

    /** The parameter's first value, unless that is empty. */
    Optional<String> text(String name) {
        return all(name).stream().findFirst().filter(value -> !value.isEmpty());
    }

    /** False if there is no such parameter, or it is {@code 0} or {@code false}, as Kubernetes reads them. */
    boolean flag(String name) {
        var values = all(name);
        return !values.isEmpty()
                && !values.getFirst().startsWith("0")
                && !values.getFirst().equalsIgnoreCase("false");
    }

    /** A whole number, at least so much. @throws RequestRefused if it is something else */
    OptionalLong number(String name, long least, long most) throws RequestRefused {
        var value = text(name);
        if (value.isEmpty()) {
            return OptionalLong.empty();
        }
        try {
            var number = Long.parseLong(value.get());
            if (number >= least && number <= most) {
                return OptionalLong.of(number);
            }
        } catch (NumberFormatException e) {
            // said below, as for one out of range
        }
        throw RequestRefused.bad(name + " must be a whole number from " + least + " to " + most);
    }

    /** A time as in RFC 3339. @throws RequestRefused if it is something else */
    Optional<Instant> time(String name) throws RequestRefused {
        try {
            return text(name).map(value -> OffsetDateTime.parse(value).toInstant());
        } catch (DateTimeException e) {
            throw RequestRefused.bad(name + " must be a time such as 2030-01-31T12:00:00Z");
        }
    }
}
