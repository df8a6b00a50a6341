package dev.mayfly.model;

import dev.mayfly.model.Finding.Kind;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Which few directories a volume would have to be mounted at so that writes that were found are at home there. A volume
 * hides what the image has at its path, so none is suggested where programs or the system's own files lie.
 */
public final class SuggestedVolumes {
    private static final int MOST = 10;

    /** What is in one of them is a service's own: the directory in it is enough. */
    private static final Set<String> SHELVES = Set.of(
            "/var", "/var/lib", "/var/cache", "/var/spool", "/var/opt", "/etc", "/home", "/srv", "/mnt", "/media");
    /** Programs lie in them, beside their data: only what is two deeper is somebody's data. */
    private static final Set<String> PROGRAMS = Set.of("/opt", "/usr/local", "/usr/share", "/usr/lib", "/usr/libexec");
    /** Never themselves: half the system would be hidden, and a volume holds what an image is for. */
    private static final Set<String> NEVER =
            Set.of("/var", "/var/lib", "/etc", "/usr", "/opt", "/home", "/mnt", "/media");
    /** Programs, or the kernel's and the engine's file systems; what is in memory is scratch's. */
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

    private SuggestedVolumes() {}

    /**
     * The directory that would cover one write.
     *
     * @param path absolute, as text
     * @param directory true: the path is a directory's
     * @return empty where no volume is of help, such as for a single file in {@code /etc}
     */
    public static Optional<String> candidate(String path, Kind kind, boolean directory) {
        var escaped = path.indexOf("\\x"); // such a name can't be written into a manifest: what it lies in can
        var plain = escaped < 0 ? path : path.substring(0, path.lastIndexOf('/', escaped));
        var parent = plain.substring(0, Math.max(0, plain.lastIndexOf('/')));
        var own = directory && (kind == Kind.Changed || covering(parent).isEmpty());
        return covering(own || escaped >= 0 ? plain : parent);
    }

    /** @param directory in which something is to be written; empty: the root */
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

    /** That many names more than the shelf has, or as many as there are. */
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

    /** Folds candidates into at most ten: none in another, and siblings into what they lie in where there are too many. */
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
}
