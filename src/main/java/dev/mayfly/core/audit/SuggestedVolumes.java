package dev.mayfly.core.audit;

import dev.mayfly.core.audit.AuditReport.Finding.Kind;
import dev.mayfly.core.model.Text;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Suggests a few directories at which volumes would cover the writes that were found. A volume hides what the image has
 * at its path, so none is suggested over programs or system files.
 */
public final class SuggestedVolumes {
    private static final int MOST = 10;

    /** Each directory directly in one of these belongs to one service: that directory is enough. */
    private static final Set<String> SHELVES = Set.of(
            "/var", "/var/lib", "/var/cache", "/var/spool", "/var/opt", "/etc", "/home", "/srv", "/mnt", "/media");
    /** These hold programs beside their data: only a directory two levels down holds the data of one program. */
    private static final Set<String> PROGRAMS = Set.of("/opt", "/usr/local", "/usr/share", "/usr/lib", "/usr/libexec");
    /** Never suggested themselves: a volume there would hide half the system, and volumes are for data. */
    private static final Set<String> NEVER =
            Set.of("/var", "/var/lib", "/etc", "/usr", "/opt", "/home", "/mnt", "/media");
    /**
     * Never suggested, nor anything in them: programs, file systems of the kernel and the engine, and directories that
     * scratch covers.
     */
    private static final Set<String> BARRED = Set.of(
            "/bin",
            "/sbin",
            "/lib",
            "/lib32",
            "/lib64",
            "/libx32",
            "/boot",
            "/dev",
            "/proc",
            "/sys",
            "/run",
            "/tmp",
            "/usr/bin",
            "/usr/sbin",
            "/usr/local/bin",
            "/usr/local/sbin",
            "/usr/include",
            "/var/tmp");

    /** The names of workload and volume joined must be a valid name for a dockerVolume, also with a number appended. */
    private static final int LONGEST = 63 - "-".length() - "-99".length();

    private static final int LONGEST_NAME = 40;

    private SuggestedVolumes() {}

    /**
     * The directory that would cover one write.
     *
     * @param path absolute path as text
     * @param directory true: the path is that of a directory
     * @return empty if no volume helps, such as for a single file in {@code /etc}
     */
    public static Optional<String> candidate(String path, Kind kind, boolean directory) {
        var escaped =
                path.indexOf("\\x"); // a manifest can't hold such a name, so the directory that contains it is used
        var plain = escaped < 0 ? path : path.substring(0, path.lastIndexOf('/', escaped));
        var parent = plain.substring(0, Math.max(0, plain.lastIndexOf('/')));
        var own = directory && (kind == Kind.Changed || covering(parent).isEmpty());
        return covering(own || escaped >= 0 ? plain : parent);
    }

    /** @param directory the directory that is written to; empty: the root */
    private static Optional<String> covering(String directory) {
        var shelf = "";
        for (var end = 0; end >= 0; end = directory.indexOf('/', end + 1)) {
            var part = directory.substring(0, end);
            if (BARRED.contains(part)) {
                return Optional.empty();
            }
            if (SHELVES.contains(part) || PROGRAMS.contains(part) || part.equals("/usr") || part.equals("/var/log")) {
                shelf = part;
            }
        }
        if (directory.isEmpty() || BARRED.contains(directory) || NEVER.contains(directory)) {
            return Optional.empty();
        }
        var deeper = PROGRAMS.contains(shelf) || shelf.isEmpty() ? 2 : 1;
        var covering = deeper(directory, shelf, deeper);
        var program = PROGRAMS.contains(shelf) && shelf.equals(parent(covering)) || shelf.equals("/usr");
        return program || PROGRAMS.contains(covering) ? Optional.empty() : Optional.of(covering);
    }

    /** The first {@code names} path elements of the directory below the shelf, or as many as there are. */
    private static String deeper(String directory, String shelf, int names) {
        var end = shelf.length();
        for (var i = 0; i < names && end >= 0; i++) {
            end = directory.indexOf('/', end + 1);
        }
        return end < 0 ? directory : directory.substring(0, end);
    }

    private static String parent(String path) {
        return path.substring(0, path.lastIndexOf('/'));
    }

    /**
     * Folds candidates into at most ten directories: none inside another, and siblings merged into their parent while
     * there are too many.
     */
    public static List<String> fold(Collection<String> candidates) {
        var folded = outermost(new TreeSet<>(candidates));
        while (folded.size() > MOST) {
            var siblings = new TreeMap<String, Integer>();
            folded.forEach(path -> siblings.merge(parent(path), 1, Integer::sum));
            siblings.keySet().removeIf(path -> path.isEmpty() || NEVER.contains(path) || PROGRAMS.contains(path));
            siblings.values().removeIf(count -> count < 2);
            if (siblings.isEmpty()) {
                break;
            }
            folded.add(siblings.entrySet().stream()
                    .max(java.util.Map.Entry.comparingByValue())
                    .get()
                    .getKey());
            folded = outermost(folded);
        }
        return folded.stream().limit(MOST).toList();
    }

    private static TreeSet<String> outermost(TreeSet<String> paths) {
        var outer = new TreeSet<String>();
        for (var path : paths) {
            var covered = false;
            for (var end = path.lastIndexOf('/'); end > 0 && !covered; end = path.lastIndexOf('/', end - 1)) {
                covered = paths.contains(path.substring(0, end));
            }
            if (!covered) {
                outer.add(path);
            }
        }
        return outer;
    }

    /**
     * YAML to paste: for each directory a {@code dockerVolume} with reclaimPolicy Retain, and its mount.
     *
     * @param workload prefix of the volume names, because workloads of one namespace share volumes of the same name
     * @param directories absolute paths
     */
    public static String yaml(String workload, Collection<String> directories) {
        var names = new LinkedHashMap<String, String>();
        for (var directory : directories) {
            names.putIfAbsent(
                    free(name(directory, Math.min(LONGEST_NAME, LONGEST - workload.length())), names), directory);
        }
        var yaml = new StringBuilder("spec:\n  template:\n    volumes:\n");
        names.forEach(
                (name, directory) -> yaml.append("    - {name: %s, dockerVolume: {name: %s, reclaimPolicy: Retain}}\n"
                        .formatted(name, workload + "-" + name)));
        yaml.append("    volumeMounts:\n");
        names.forEach((name, directory) ->
                yaml.append("    - {name: %s, mountPath: %s}\n".formatted(name, quoted(directory))));
        return yaml.toString();
    }

    private static String name(String directory, int longest) {
        var name = Text.dnsLabel(directory, longest);
        return name.isEmpty() ? "data" : name;
    }

    private static String free(String name, LinkedHashMap<String, String> taken) {
        var free = name;
        for (var n = 2; taken.containsKey(free); n++) {
            free = name + "-" + n;
        }
        return free;
    }

    private static String quoted(String path) {
        return path.chars().allMatch(SuggestedVolumes::plain)
                ? path
                : "\"" + path.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
    }

    /** In YAML, too. */
    private static boolean plain(int c) {
        return c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || "/._-".indexOf(c) >= 0;
    }
}
