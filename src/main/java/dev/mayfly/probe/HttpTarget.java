package dev.mayfly.probe;

import dev.mayfly.core.model.Probe.HttpGet;
import java.net.URI;
import java.util.Locale;

/**
 * The URL that an HTTP request goes to.
 *
 * @param host an IP address without brackets, or the name that a redirect gave for the same host
 * @param target path and query
 */
record HttpTarget(boolean tls, String host, int port, String target) {

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
        if (!scheme.equals("http") && !scheme.equals("https") || to.getHost() == null) {
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

    @Override
    public String toString() {
        return (tls ? "https://" : "http://") + authority() + target;
    }
}
