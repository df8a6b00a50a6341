package dev.mayfly.runtime.docker.volume;

import dev.mayfly.core.model.MemoryBudget;
import dev.mayfly.core.model.Template;
import dev.mayfly.core.model.Volume;
import dev.mayfly.runtime.docker.volume.Scratch.ImageDirectories.Directory;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Memory-backed file systems of a replica: scratch, tmpfs over VOLUMEs of the image, shared memory, and
 * {@code emptyDir} volumes with medium Memory. Pure.
 *
 * @param tmpfs mount options by path
 * @param shmBytes size of {@code /dev/shm}
 */
public record Scratch(Map<String, String> tmpfs, long shmBytes) {
    /**
     * Maximum of the image's directories that are recreated below one path: each is a mount, which slows down every
     * start.
     */
    static final int MOST_KEPT = 16;

    /** Sizes are multiples of the kernel's pages; the kernel takes 0 for no limit. */
    private static final long PAGE = 4096;

    private static final Directory STICKY = new Directory(0, 0, 01777);
    private static final Directory ROOTS = new Directory(0, 0, 0755);

    /** @param shrinks true if the size was not set explicitly */
    private record Place(String path, long bytes, boolean exec, boolean shrinks) {}

    /** Paths whose directories must be read from the image. */
    public static List<String> paths(Template template, Collection<String> uncovered) {
        return places(template, uncovered).stream().map(Place::path).toList();
    }

    /**
     * @param uncovered VOLUMEs of the image that get a tmpfs
     * @param image the image's directories at and below the {@link #paths}
     */
    public static Scratch of(Template template, Collection<String> uncovered, ImageDirectories image) {
        var places = places(template, uncovered);
        var shrinking =
                places.stream().filter(Place::shrinks).mapToLong(Place::bytes).sum();
        var shrink = MemoryBudget.of(template).shrink(MemoryBudget.SHM + shrinking);
        var taken = new HashSet<>(paths(template, uncovered));
        template.mounts().forEach(mount -> taken.add(mount.path()));

        var tmpfs = new HashMap<String, String>();
        for (var place : places) {
            var bytes = place.shrinks() ? (long) (place.bytes() * shrink) : place.bytes();
            var kept = kept(place.path(), taken, image);
            var own = kept.isEmpty() ? bytes : bytes / 2;
            tmpfs.put(place.path(), options(place, own, directory(place.path(), image)));
            kept.forEach(path -> tmpfs.put(
                    path,
                    options(place, (bytes - own) / kept.size(), image.all().get(path))));
        }
        tmpfs.putAll(emptyDirs(template));
        return new Scratch(Map.copyOf(tmpfs), paged((long) (MemoryBudget.SHM * shrink)));
    }

    private static List<Place> places(Template template, Collection<String> uncovered) {
        var mounted = template.mounts().stream().map(Template.Mount::path).toList();
        var places = new ArrayList<Place>();
        var ephemerality = template.ephemerality();
        ephemerality.scratch().stream()
                .filter(scratch -> !mounted.contains(scratch.path()))
                .map(s -> new Place(s.path(), s.sizeBytes(), s.exec(), !ephemerality.scratchGiven()))
                .forEach(places::add);
        uncovered.forEach(path -> places.add(new Place(path, MemoryBudget.COVERED_VOLUME, false, true)));
        return places;
    }

    /**
     * Directories of the image below a path that get a tmpfs of their own, such as {@code /run/mysqld}: the tmpfs at
     * the path hides them.
     */
    private static List<String> kept(String path, Set<String> taken, ImageDirectories image) {
        return image.below(path)
                .filter(directory -> taken.stream()
                        .noneMatch(other -> other.startsWith(path + "/") && (directory + "/").startsWith(other + "/")))
                .sorted(ImageDirectories.NEAREST_FIRST)
                .limit(MOST_KEPT)
                .toList();
    }

    private static Directory directory(String path, ImageDirectories image) {
        if (path.equals("/tmp")) {
            return STICKY;
        }
        return image.at(path).orElse(path.equals("/run") ? ROOTS : STICKY);
    }

    private static String options(Place place, long bytes, Directory like) {
        return "rw,nosuid,nodev,%s,uid=%d,gid=%d,mode=%o,size=%d"
                .formatted(place.exec() ? "exec" : "noexec", like.uid(), like.gid(), like.mode(), paged(bytes));
    }

    private static long paged(long bytes) {
        return Math.max(PAGE, bytes / PAGE * PAGE);
    }

    /** Files created there get the group fsGroup, if it is set. */
    private static String owner(Template template) {
        var group = template.security().fsGroup();
        return group < 0 ? "mode=1777" : "gid=" + group + ",mode=2777";
    }

    private static Map<String, String> emptyDirs(Template template) {
        var tmpfs = new HashMap<String, String>();
        template.mounts().forEach(mount -> {
            if (template.volumes().get(mount.volume()) instanceof Volume.EmptyDir empty && empty.memory()) {
                tmpfs.put(
                        mount.path(),
                        "%s,nosuid,nodev,exec,%s,size=%d"
                                .formatted(mount.readOnly() ? "ro" : "rw", owner(template), empty.memoryBytes()));
            }
        });
        return tmpfs;
    }

    /**
     * Some of an image's directories.
     *
     * @param all by absolute path
     */
    public record ImageDirectories(Map<String, Directory> all) {
        public static final ImageDirectories NONE = new ImageDirectories(Map.of());
        /** Orders paths by their distance to the root. */
        public static final Comparator<String> NEAREST_FIRST = Comparator.comparingLong(
                        (String path) -> path.chars().filter(c -> c == '/').count())
                .thenComparing(Comparator.naturalOrder());

        /** @param mode permission bits, with setuid, setgid and sticky */
        public record Directory(long uid, long gid, int mode) {}

        public Optional<Directory> at(String path) {
            return Optional.ofNullable(all.get(path));
        }

        /** Directories below a path, at any depth, in no particular order. */
        public Stream<String> below(String path) {
            return all.keySet().stream().filter(directory -> directory.startsWith(path + "/"));
        }
    }
}
