package dev.mayfly.core.audit;

import dev.mayfly.core.model.DnsLabel;
import java.util.Collection;
import java.util.LinkedHashMap;

/** The YAML that adds volumes to a workload for what it writes below certain directories. */
public final class VolumeAdvice {
    /** The names of workload and volume joined must be a valid name for a dockerVolume, also with a number appended. */
    private static final int LONGEST = 63 - "-".length() - "-99".length();

    private static final int LONGEST_NAME = 40;

    private VolumeAdvice() {}

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
        var name = DnsLabel.of(directory, longest);
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
        return path.chars().allMatch(VolumeAdvice::plain)
                ? path
                : "\"" + path.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
    }

    /** In YAML, too. */
    private static boolean plain(int c) {
        return c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || "/._-".indexOf(c) >= 0;
    }
}
