package dev.mayfly.runtime.docker;

import dev.mayfly.model.Ephemerality.Mode;
import dev.mayfly.model.Template;
import dev.mayfly.model.Volume;
import java.util.HashMap;
import java.util.Map;

/**
 * Memory-backed file systems of a replica: scratch, shared memory, {@code emptyDir}s with medium Memory. They count towards
 * the memory limit, so together they get at most half of it, else a full one ends the replica (OOM) where it should see ENOSPC.
 *
 * @param tmpfs mount options by path
 * @param shmBytes size of {@code /dev/shm}
 */
record Scratch(Map<String, String> tmpfs, long shmBytes) {
    private static final long MIB = 1 << 20;
    /** The engine's own default for {@code /dev/shm}. */
    private static final long SHM = 64 * MIB;

    private static final Map<String, Long> DEFAULTS = Map.of("/tmp", 64 * MIB, "/run", 16 * MIB, "/var/tmp", 64 * MIB);

    static Scratch of(Template template) {
        var mounted = new HashMap<String, Template.Mount>();
        template.mounts().forEach(mount -> mounted.put(mount.path(), mount));
        var sizes = new HashMap<String, Long>();
        if (template.ephemerality().mode() == Mode.Enforce) {
            sizes.putAll(DEFAULTS);
        }
        sizes.keySet().removeAll(mounted.keySet());

        var shrink = shrink(
                template, sizes.values().stream().mapToLong(Long::longValue).sum() + SHM);
        var tmpfs = new HashMap<String, String>();
        sizes.forEach((path, size) -> tmpfs.put(
                path, "rw,nosuid,nodev,noexec,mode=%s,size=%d".formatted(path.equals("/run") ? "755" : "1777", (long)
                                (size * shrink))));
        mounted.forEach((path, mount) -> {
            if (template.volumes().get(mount.volume()) instanceof Volume.EmptyDir empty && empty.memory()) {
                tmpfs.put(
                        path,
                        "%s,nosuid,nodev,exec,mode=1777,size=%d"
                                .formatted(mount.readOnly() ? "ro" : "rw", empty.memoryBytes()));
            }
        });
        return new Scratch(Map.copyOf(tmpfs), (long) (SHM * shrink));
    }

    private static double shrink(Template template, long wanted) {
        var limit = template.resources().limitMemoryBytes();
        if (limit == 0) {
            return 1;
        }
        var emptyDirs = template.mounts().stream()
                .map(mount -> template.volumes().get(mount.volume()))
                .mapToLong(volume -> volume instanceof Volume.EmptyDir e ? e.memoryBytes() : 0)
                .sum();
        var left = Math.max(MIB, limit / 2 - emptyDirs);
        return Math.min(1, (double) left / wanted);
    }
}
