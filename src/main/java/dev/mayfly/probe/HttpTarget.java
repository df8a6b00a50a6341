package dev.mayfly.probe;

import dev.mayfly.core.model.Probe.Header;
import dev.mayfly.core.model.Probe.HttpGet;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaderNames;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;

/**
 * The URL that an HTTP request goes to.
 *
 * @param host an IP address without brackets, or the name that a redirect gave for the same host
 * @param target path and query
 */
record HttpTarget(boolean tls, String host, int port, String target) {
    private static final String AGENT = "mayfly-probe/1";
    private static final int LAST_PORT = 65535;

    static HttpTarget of(String address, HttpGet check) {
        var fragment = check.path().indexOf('#');
        var path = fragment < 0 ? check.path() : check.path().substring(0, fragment);
        return new HttpTarget(check.tls(), address, check.port(), path);
    }

    /**
     * Resolves a {@code Location} header against this URL.
     *
     * @throws IllegalArgumentException if it is not an http or https URL
     */
    HttpTarget resolve(String location) {
        var to = URI.create(toString()).resolve(location);
        var scheme = String.valueOf(to.getScheme()).toLowerCase(Locale.ROOT);
        var isHttp = scheme.equals("http") || scheme.equals("https");
        if (!isHttp || to.getHost() == null || to.getPort() > LAST_PORT) {
            throw new IllegalArgumentException("no address of HTTP");
        }
        var secure = scheme.equals("https");
        var path = to.getRawPath() == null || to.getRawPath().isEmpty() ? "/" : to.getRawPath();
        return new HttpTarget(
                secure,
                to.getHost().replace("[", "").replace("]", ""),
                to.getPort() >= 0 ? to.getPort() : secure ? 443 : 80,
                to.getRawQuery() == null ? path : path + "?" + to.getRawQuery());
    }

    String authority() {
        return authority(host, port);
    }

    static String authority(String host, int port) {
        return host.contains(":") ? "[" + host + "]:" + port : host + ":" + port;
    }

    /**
     * A GET request with the kubelet's headers. The probe's own headers replace them; a header with an empty value is
     * left out.
     *
     * @throws IllegalArgumentException if a header's name or value is invalid
     */
    byte[] request(List<Header> given) {
        var headers = new DefaultHttpHeaders();
        given.forEach(header -> headers.add(header.name(), header.value()));
        byDefault(headers, HttpHeaderNames.HOST, authority());
        byDefault(headers, HttpHeaderNames.USER_AGENT, AGENT);
        byDefault(headers, HttpHeaderNames.ACCEPT, "*/*");
        headers.set(HttpHeaderNames.CONNECTION, "close");
        var text = new StringBuilder("GET ").append(target).append(" HTTP/1.1\r\n");
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

    @Override
    public String toString() {
        return (tls ? "https://" : "http://") + authority() + target;
    }
}
