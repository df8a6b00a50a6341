package dev.mayfly.runtime.docker.audit;

import com.google.common.hash.Hashing;
import dev.mayfly.host.Host;
import dev.mayfly.host.Host.FileState;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Detects writes to files that the engine mounts into a container, which show in no layer. The first audit takes a
 * file's content as the original, unless the file changed after the engine had created it. A replica can't reset that
 * change time, and it is stored on disk, so a restarted operator reaches the same result.
 *
 * <p>The engine itself goes on writing to {@code /etc/hosts}: it adds a line when the container joins a network, and
 * removes the line when the container leaves it, which each container does at its end. Exactly these lines are
 * disregarded, each once, so that they hide nothing that a replica wrote.
 */
final class EngineFiles {
    static final String HOSTS = "/etc/hosts";
    /**
     * In a network with a resolver the engine rewrites this file just before the process starts, 0.1 s after it created
     * the log.
     */
    static final String RESOLVER = "/etc/resolv.conf";

    private static final String HASHED = "sha256:";
    private static final String LOCAL = "127.0.0.1\tlocalhost\n";
    /**
     * Contents that the engine creates {@link #HOSTS} with, besides the container's own lines (moby,
     * libnetwork/etchosts): up to Docker 25, since then, and for a container without IPv6. An audit that finds the file
     * changed at first sight, since the container has ended already, has nothing else to compare it with.
     */
    private static final Set<String> CREATED =
            Set.of(LOCAL + ip6("fe00::0", "ff00::0"), LOCAL + ip6("fe00::", "ff00::"), LOCAL);

    private final Map<String, String> atStart = new HashMap<>();
    /** Possible originals of {@link #HOSTS} without the container's own lines; empty before the first audit. */
    private Set<String> hostsAtStart = Set.of();

    private static String ip6(String local, String multicast) {
        return "::1\tlocalhost ip6-localhost ip6-loopback\n" + local + "\tip6-localnet\n" + multicast
                + "\tip6-mcastprefix\nff02::1\tip6-allnodes\nff02::2\tip6-allrouters\n";
    }

    /** Paths in the container of files that differ from the original, sorted. */
    List<String> changed(Host host, ContainerLayers layers) {
        var made = layers.log()
                .flatMap(host::state)
                .map(FileState::born)
                .filter(born -> born.isAfter(Instant.EPOCH))
                .or(layers::started);
        var changed = new ArrayList<String>();
        layers.engineFiles().forEach((path, file) -> {
            var differs = switch (path) {
                case HOSTS -> hostsDiffer(host, file, layers.ownHosts(), made);
                case RESOLVER -> !isTheEngines(host, file) && differs(host, path, file, layers.started());
                default -> differs(host, path, file, made);
            };
            if (differs) {
                changed.add(path);
            }
        });
        return changed.stream().sorted().toList();
    }

    /**
     * True if the engine wrote exactly this content. It does so when it makes the container's network anew, at another
     * client's restart, and records the digest in a file beside it, which no replica can reach; an engine before Docker 26
     * records it only until it has entered its own resolver (moby, libnetwork: sandbox_dns_unix.go). A connection to
     * another network changes nothing in a file that has the resolver.
     */
    private static boolean isTheEngines(Host host, Path file) {
        var recorded = host.head(file.resolveSibling(file.getFileName() + ".hash"));
        return recorded.isPresent()
                && host.head(file).map(content -> HASHED + sha256(content)).equals(recorded.map(String::strip));
    }

    private static String sha256(String content) {
        return Hashing.sha256()
                .hashString(content, StandardCharsets.ISO_8859_1) // as it was read
                .toString();
    }

    private boolean differs(Host host, String path, Path file, Optional<Instant> made) {
        var state = host.state(file);
        if (state.isEmpty()) {
            return false;
        }
        var before = atStart.computeIfAbsent(
                path,
                first -> changedAfter(made, state.get()) ? "" : state.get().content());
        return !before.equals(state.get().content());
    }

    /** Reads the text before the change time, which thus covers all of the text. */
    private boolean hostsDiffer(Host host, Path file, Set<String> own, Optional<Instant> made) {
        var text = host.head(file).map(content -> without(own, content));
        if (text.isPresent() && hostsAtStart.isEmpty()) {
            var original = host.state(file).filter(state -> !changedAfter(made, state));
            hostsAtStart = original.isPresent() ? Set.of(text.get()) : CREATED;
        }
        return text.isPresent() && !hostsAtStart.contains(text.get());
    }

    private static boolean changedAfter(Optional<Instant> made, FileState state) {
        return made.filter(state.changed()::isAfter).isPresent();
    }

    /** The text without the first of each of these lines. */
    private static String without(Set<String> own, String text) {
        var left = new HashSet<>(own);
        var rest = new StringBuilder();
        for (var start = 0; start < text.length(); ) {
            var end = text.indexOf('\n', start) < 0 ? text.length() : text.indexOf('\n', start) + 1;
            if (text.charAt(end - 1) != '\n' || !left.remove(text.substring(start, end - 1))) {
                rest.append(text, start, end);
            }
            start = end;
        }
        return rest.toString();
    }
}
