package dev.mayfly.status;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** The YAML that would give what was written a home: a {@code dockerVolume} for each directory, kept when all else goes. */
public final class Suggestion {
    /** A volume's name is a DNS label. */
    private static final int LONGEST_NAME = 63;

    private Suggestion() {}

    /**
     * Two lines in flow style, to be pasted into {@code spec.template}.
     *
     * @param workload its name, which becomes part of the Docker volumes' names
     * @param directories absolute paths, not empty
     * @param longest how many characters it may have; directories that don't fit are left out
     */
    public static String yaml(String workload, List<String> directories, int longest) {
        var text = "";
        var used = new ArrayList<String>();
        for (var directory : directories) {
            used.add(directory);
            var next = yaml(workload, used);
            if (next.length() > longest) {
                return text;
            }
            text = next;
        }
        return text;
    }

    private static String yaml(String workload, List<String> directories) {
        var volumes = new ArrayList<String>();
        var mounts = new ArrayList<String>();
        var names = new HashSet<String>();
        for (var directory : directories) {
            var name = name(directory, names);
            volumes.add("{name: %s, dockerVolume: {name: %s, reclaimPolicy: Retain}}"
                    .formatted(name, cut(workload + "-" + name)));
            mounts.add("{name: %s, mountPath: %s}".formatted(name, quoted(directory)));
        }
        return "volumes: [" + String.join(", ", volumes) + "]\nvolumeMounts: [" + String.join(", ", mounts) + "]";
    }

    private static String name(String directory, Set<String> taken) {
        var base =
                directory.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-").replaceAll("^-|-$", "");
        base = base.isEmpty() ? "data" : cut(base);
        var name = base;
        for (var number = 2; !taken.add(name); number++) {
            name = base.substring(0, Math.min(base.length(), LONGEST_NAME - 4)) + "-" + number;
        }
        return name;
    }

    private static String cut(String name) {
        return name.length() <= LONGEST_NAME
                ? name
                : name.substring(0, LONGEST_NAME).replaceAll("-+$", "");
    }

    private static String quoted(String path) {
        return path.matches("[A-Za-z0-9/._-]+")
                ? path
                : '"' + path.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }
}
