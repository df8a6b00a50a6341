package dev.mayfly.cli.manifest;

import static dev.mayfly.cli.manifest.ManifestNames.MAX_LABEL;

import dev.mayfly.cli.Printable;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** The {@code volumes} and {@code volumeMounts} of a template, one volume for each mount, sorted by path. */
public final class MountedVolumes {
    private static final List<String> KERNELS = List.of("/proc", "/sys", "/dev");
    private static final int MAX_VOLUMES = 32;
    private static final int MAX_PATH_LENGTH = 512;

    private static final List<String> LASTING = List.of("hostPath", "dockerVolume", "persistentVolumeClaim");

    private record Mounted(Map<String, Object> volume, Map<String, Object> mount) {
        boolean lastsAndIsWritable() {
            return !Boolean.TRUE.equals(mount.get("readOnly"))
                    && LASTING.stream().anyMatch(volume::containsKey);
        }
    }

    private final Map<String, Mounted> volumes = new TreeMap<>();
    private final Set<String> names = new HashSet<>();

    /**
     * Adds a volume unless none can be mounted there. One that was added at that path before is replaced.
     *
     * @param source the volume's fields besides its name, such as {@code dockerVolume}
     * @param mount the mount's fields besides its name and path
     * @return why it was not added, in one sentence that says what to do; empty if it was
     */
    public Optional<String> add(String path, Map<String, Object> source, Map<String, Object> mount) {
        if (!mountable(path)) {
            return Optional.of("nothing can be mounted there. Let it write to a directory of its own.");
        }
        if (volumes.size() >= MAX_VOLUMES) {
            return Optional.of("a workload has at most " + MAX_VOLUMES + ".");
        }
        var name = ManifestNames.unique(ManifestNames.label(path, MAX_LABEL), MAX_LABEL, names);
        var volume = new LinkedHashMap<String, Object>();
        volume.put("name", name);
        volume.putAll(source);
        var mounted = new LinkedHashMap<String, Object>();
        mounted.put("name", name);
        mounted.put("mountPath", path);
        mounted.putAll(mount);
        volumes.put(path, new Mounted(volume, mounted));
        return Optional.empty();
    }

    /**
     * Removes what is mounted below a volume that lasts and that the replica may write to: it could move the mount's
     * directory away, so operators refuse that.
     *
     * @return the paths that were removed
     */
    public List<String> removeBelowWritable() {
        var removed = volumes.keySet().stream()
                .filter(path -> volumes.entrySet().stream()
                        .anyMatch(above -> !above.getKey().equals(path)
                                && within(path, above.getKey())
                                && above.getValue().lastsAndIsWritable()))
                .toList();
        removed.forEach(volumes::remove);
        return removed;
    }

    /** True if a volume is mounted at the path or above it. */
    public boolean covers(String path) {
        return volumes.keySet().stream().anyMatch(mounted -> within(path, mounted));
    }

    /** Adds the two lists to the template unless they are empty. */
    public void putInto(Map<String, Object> template) {
        if (!volumes.isEmpty()) {
            template.put(
                    "volumes", volumes.values().stream().map(Mounted::volume).toList());
            template.put(
                    "volumeMounts",
                    volumes.values().stream().map(Mounted::mount).toList());
        }
    }

    /** True if the path is the directory or below it. */
    public static boolean within(String path, String directory) {
        return path.equals(directory) || path.startsWith(directory + "/");
    }

    private static boolean mountable(String path) {
        return path.startsWith("/")
                && path.length() > 1
                && path.length() <= MAX_PATH_LENGTH
                && Printable.plain(path)
                && !path.contains(":")
                && KERNELS.stream().noneMatch(kernel -> within(path, kernel));
    }
}
