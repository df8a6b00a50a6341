package dev.mayfly.cli.convert;

import com.google.re2j.Pattern;
import dev.mayfly.cli.manifest.MountedVolumes;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Where files of the host have to be so that replicas may mount them: below {@code /srv/mayfly/<namespace>}. */
final class HostDirectories {
    /** Directories of the system or its engine, of which no copy would do. */
    private static final List<String> SYSTEM = List.of(
            "/bin",
            "/boot",
            "/dev",
            "/etc",
            "/lib",
            "/lib64",
            "/proc",
            "/root",
            "/run",
            "/sbin",
            "/sys",
            "/usr",
            "/var/lib/docker",
            "/var/run");

    private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9._/~][-A-Za-z0-9._/~]*");
    private static final int MAX_PATH = 1024;

    private final Draft draft;
    private final String prefix;

    HostDirectories(Draft draft, String namespace) {
        this.draft = draft;
        prefix = "/srv/mayfly/" + namespace;
    }

    /** The volume's source for a file or directory of the host; empty, with a note, where there can be none. */
    Optional<Map<String, Object>> source(String source, String target) {
        var path = normal(source);
        if (path.equals("/") || SYSTEM.stream().anyMatch(system -> MountedVolumes.within(path, system))) {
            draft.notes()
                    .leftOut(
                            draft.name(),
                            "mount of the host's " + source + " at " + target,
                            "replicas see nothing of the host's system",
                            "put small files into a ConfigMap; for the rest run it without Mayfly");
            return Optional.empty();
        }
        if (MountedVolumes.within(path, prefix)) {
            return Optional.of(hostPath(path));
        }
        var relative = path.startsWith("/") ? path.substring(1) : path; // all of it: two may end alike
        var place = prefix + "/" + (relative.isEmpty() ? draft.name() : relative);
        if (place.length() > MAX_PATH || place.contains(":")) {
            draft.notes().leftOut(draft.name(), "mount of " + source, "its path is not allowed", "rename it");
            return Optional.empty();
        }
        draft.notes()
                .changed(
                        draft.name(),
                        "host path " + source + " became " + place,
                        "replicas mount what is below " + prefix + " only",
                        "copy it: sudo mkdir -p " + quoted(parent(place)) + " && sudo cp -a " + quoted(source) + " "
                                + quoted(place));
        return Optional.of(hostPath(place));
    }

    private static Map<String, Object> hostPath(String path) {
        return Map.of("hostPath", Map.of("path", path));
    }

    /** For a shell, into which the user may paste it. */
    private static String quoted(String path) {
        return PLAIN.matches(path) ? path : "'" + path.replace("'", "'\\''") + "'";
    }

    private static String parent(String path) {
        return path.substring(0, path.lastIndexOf('/'));
    }

    /** Without {@code .} and {@code ..}; a relative path, or one of a home directory, has no slash at its beginning. */
    private static String normal(String path) {
        var parts = new ArrayDeque<String>();
        for (var part : path.split("/")) {
            switch (part) {
                case "", ".", "~" -> {}
                case ".." -> parts.pollLast();
                default -> parts.addLast(part);
            }
        }
        return (path.startsWith("/") ? "/" : "") + String.join("/", parts);
    }
}
