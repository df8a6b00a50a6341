package dev.mayfly.probe;

import dev.mayfly.core.model.Probe.Header;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaderNames;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * A GET request with the kubelet's headers. The probe's own headers replace them; a header with an empty value is left
 * out.
 */
final class HttpRequestText {
    private static final String AGENT = "mayfly-probe/1";

    private HttpRequestText() {}

    /** @throws IllegalArgumentException if a header's name or value is invalid */
    static byte[] of(HttpTarget place, List<Header> given) {
        var headers = new DefaultHttpHeaders();
        given.forEach(header -> headers.add(header.name(), header.value()));
        byDefault(headers, HttpHeaderNames.HOST, place.authority());
        byDefault(headers, HttpHeaderNames.USER_AGENT, AGENT);
        byDefault(headers, HttpHeaderNames.ACCEPT, "*/*");
        headers.set(HttpHeaderNames.CONNECTION, "close");
        var text = new StringBuilder("GET ").append(place.target()).append(" HTTP/1.1\r\n");
        headers.forEach(header -> text.append(header.getKey())
                .append(": ")
                .append(header.getValue())
                .append("\r\n"));
        return text.append("\r\n").toString().getBytes(StandardCharsets.UTF_8);
    }

    private static void byDefault(DefaultHttpHeaders headers, CharSequence name, String value) {
        if (!headers.contains(name)) {
            headers.set(name, value);
        } else if (headers.get(name).isEmpty() && !name.equals(HttpHeaderNames.HOST)) {
            headers.remove(name);
        }
    }
}
