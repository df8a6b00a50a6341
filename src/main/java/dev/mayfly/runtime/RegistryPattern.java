package dev.mayfly.runtime;

import com.google.re2j.Pattern;
import java.util.Comparator;
import java.util.List;

/**
 * Registry and path to which a credential applies, read as the kubelet reads the keys of {@code auths}
 * (https://kubernetes.io/docs/concepts/containers/images/#config-json): host, port and path prefix.
 *
 * @param host labels of the host name; {@code *} in a label matches any text without a dot
 * @param port empty: none is given, which matches only names without a port
 * @param path prefix of the repository's path, such as {@code /team}; empty: any
 */
public record RegistryPattern(List<String> host, String port, String path) {
    /**
     * Orders narrower patterns first and, among equally narrow ones, those that name their host: the kubelet's order.
     */
    public static final Comparator<RegistryPattern> NARROWEST_FIRST =
            Comparator.comparing(RegistryPattern::toString).reversed();

    private static final String HUB = "docker.io";
    /** Names of the Docker Hub in keys that {@code docker login} wrote. */
    private static final List<String> HUBS = List.of(HUB, "index.docker.io", "registry-1.docker.io");

    private static final Pattern SCHEME = Pattern.compile("^https?://");
    private static final Pattern API = Pattern.compile("^([^/]*)/v[12](/|$)");

    /** @param key such as {@code *.example.com:5000/team} or {@code https://index.docker.io/v1/} */
    public static RegistryPattern of(String key) {
        return read(API.matcher(SCHEME.matcher(key).replaceFirst("")).replaceFirst("$1/"));
    }

    private static RegistryPattern read(String name) {
        var slash = name.indexOf('/');
        var authority = slash < 0 ? name : name.substring(0, slash);
        var path = slash < 0 ? "" : name.substring(slash);
        var colon = authority.lastIndexOf(':');
        var hasPort = colon > authority.lastIndexOf(']');
        var host = hasPort ? authority.substring(0, colon) : authority;
        return new RegistryPattern(
                List.of((HUBS.contains(host) ? HUB : host).split("\\.", -1)),
                hasPort ? authority.substring(colon + 1) : "",
                path.equals("/") ? "" : path);
    }

    /** @param repository full name, such as {@code docker.io/library/busybox}; empty matches nothing */
    public boolean matches(String repository) {
        var name = read(repository);
        if (repository.isEmpty()
                || !port.equals(name.port)
                || host.size() != name.host.size()
                || !name.path.startsWith(path)) {
            return false;
        }
        for (var i = 0; i < host.size(); i++) {
            if (!matches(host.get(i), name.host.get(i))) {
                return false;
            }
        }
        return true;
    }

    /** Matches each text between two stars at its first occurrence without backtracking, so no pattern takes long. */
    private static boolean matches(String part, String name) {
        var pieces = part.split("\\*", -1);
        var first = pieces[0];
        var last = pieces[pieces.length - 1];
        if (pieces.length == 1 || !name.startsWith(first) || !name.endsWith(last)) {
            return part.equals(name);
        }
        var at = first.length();
        for (var i = 1; i < pieces.length - 1 && at >= 0; i++) {
            at = end(pieces[i], name, at);
        }
        return at >= 0 && at + last.length() <= name.length();
    }

    /** End of the first occurrence of {@code piece} at or after {@code from}; negative if there is none. */
    private static int end(String piece, String name, int from) {
        var start = name.indexOf(piece, from);
        return start < 0 ? start : start + piece.length();
    }

    /** Host and port, without path. */
    public String server() {
        return String.join(".", host) + (port.isEmpty() ? "" : ":" + port);
    }

    @Override
    public String toString() {
        return server() + path;
    }
}
