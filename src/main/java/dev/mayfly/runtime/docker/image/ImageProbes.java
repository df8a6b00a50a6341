package dev.mayfly.runtime.docker.image;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.dockerjava.api.exception.ConflictException;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.model.HostConfig;
import com.google.common.io.ByteStreams;
import com.google.common.io.CountingInputStream;
import com.google.common.util.concurrent.Striped;
import dev.mayfly.core.model.Text;
import dev.mayfly.runtime.Ownership;
import dev.mayfly.runtime.ResourceOwnership;
import dev.mayfly.runtime.docker.engine.Engine;
import dev.mayfly.runtime.docker.volume.Scratch.ImageDirectories;
import dev.mayfly.runtime.docker.volume.Scratch.ImageDirectories.Directory;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.locks.Lock;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;

/**
 * Reads the directories of an image on any engine, from a container that is created, read and removed but never
 * started. Reads each image and path once, because images don't change.
 */
public final class ImageProbes {
    /** Limit of the data read below one path; the rest is ignored. */
    private static final long MOST_BYTES = 32 << 20;

    /** Directories that are kept below one path: more than Scratch mounts, some of which a mount of the template hides. */
    private static final int MOST_DIRECTORIES = 256;
    /** Limit of their names, in characters. */
    private static final int MOST_CHARACTERS = 64 << 10;
    /** Limit of all names that are kept, in characters. */
    private static final int MOST_KEPT = 4 << 20;
    /** Memory of a name besides its characters, with the owner and mode of its directory. */
    private static final int OVERHEAD = 128;

    private static final int DIGITS = 12;
    private static final int PERMISSIONS = 07777;

    private final String cluster;
    private final Cache<String, Map<String, ImageDirectories>> known = Caffeine.newBuilder()
            .maximumWeight(MOST_KEPT)
            .weigher(ImageProbes::weight)
            .executor(Runnable::run)
            .build();
    /** Locks by the name of the container that reads an image: only requests for the same image wait. */
    private final Striped<Lock> locks = Striped.lazyWeakLock(Integer.MAX_VALUE);

    public ImageProbes(String cluster) {
        this.cluster = cluster;
    }

    private static int weight(String id, Map<String, ImageDirectories> read) {
        var weight = read.entrySet().stream()
                .flatMap(path -> Stream.concat(Stream.of(path.getKey()), path.getValue().all().keySet().stream()))
                .mapToLong(name -> name.length() + OVERHEAD)
                .sum();
        return (int) Math.min(weight, Integer.MAX_VALUE);
    }

    /**
     * The image's directories at and below these paths; of very many those nearest to each path.
     *
     * @param id the image's content ID
     * @param volumes its VOLUMEs: they are covered, so that no anonymous volume is created
     */
    public ImageDirectories probe(Engine engine, String id, Collection<String> volumes, Collection<String> paths) {
        var mine = known(id);
        if (!mine.keySet().containsAll(paths)) {
            var lock = locks.get(name(id));
            lock.lock();
            try {
                mine = readMissing(engine, id, volumes, paths);
            } finally {
                lock.unlock();
            }
        }
        var all = new HashMap<String, Directory>();
        for (var path : paths) {
            all.putAll(mine.get(path).all());
        }
        return new ImageDirectories(Map.copyOf(all));
    }

    private Map<String, ImageDirectories> readMissing(
            Engine engine, String id, Collection<String> volumes, Collection<String> paths) {
        var mine = new HashMap<>(known(id));
        var missing = new TreeSet<>(paths);
        missing.removeAll(mine.keySet());
        if (!missing.isEmpty()) {
            mine.putAll(read(engine, id, volumes, missing));
            known.put(id, Map.copyOf(mine));
        }
        return mine;
    }

    private Map<String, ImageDirectories> known(String id) {
        return Optional.ofNullable(known.getIfPresent(id)).orElse(Map.of());
    }

    /** Removes containers that a crashed operator left behind; keeps those in use. */
    public void collect(Engine engine) {
        var left = engine.client()
                .listContainersCmd()
                .withShowAll(true)
                .withLabelFilter(Map.of(ResourceOwnership.PROBE, cluster))
                .exec();
        for (var container : left) {
            var name = Engine.name(container).orElse("");
            if (ResourceOwnership.ownerOfProbe(name, container.getLabels()).isPresent()) {
                var lock = locks.get(name);
                lock.lock(); // if the container was in use, it has been removed by then
                try {
                    engine.remove(container.getId());
                } finally {
                    lock.unlock();
                }
            }
        }
    }

    private Map<String, ImageDirectories> read(
            Engine engine, String id, Collection<String> volumes, Collection<String> paths) {
        var container = create(engine, id, name(id), volumes);
        try {
            var read = new HashMap<String, ImageDirectories>();
            for (var path : paths) {
                read.put(path, read(engine, container, path));
            }
            return read;
        } finally {
            engine.remove(container);
        }
    }

    private String create(Engine engine, String id, String name, Collection<String> volumes) {
        var host = HostConfig.newHostConfig()
                .withNetworkMode("none")
                .withTmpFs(volumes.stream().collect(Collectors.toMap(path -> path, path -> "size=4096")));
        var create = engine.create(id)
                .withName(name)
                .withLabels(Ownership.complete(Map.of(ResourceOwnership.PROBE, cluster)))
                .withEntrypoint("/never-started")
                .withHostConfig(host);
        try {
            return create.exec().getId();
        } catch (ConflictException leftByACrash) {
            engine.remove(name);
            return create.exec().getId();
        }
    }

    private String name(String id) {
        return ResourceOwnership.probe(cluster, Text.atMost(id.substring(id.indexOf(':') + 1), DIGITS));
    }

    private static ImageDirectories read(Engine engine, String container, String path) {
        try (var archive = engine.archive(container, path)) {
            return directories(archive, path);
        } catch (NotFoundException absent) {
            return ImageDirectories.NONE;
        } catch (IOException brokenOff) {
            throw new UncheckedIOException(brokenOff);
        }
    }

    /** @param archive a tar whose names begin with the last part of {@code path} */
    static ImageDirectories directories(InputStream archive, String path) throws IOException {
        var parent = path.substring(0, path.lastIndexOf('/') + 1);
        var found = new NearestDirectories();
        var read = new CountingInputStream(ByteStreams.limit(archive, MOST_BYTES));
        try (var tar = new TarArchiveInputStream(read)) {
            for (var entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                if (entry.isDirectory()) {
                    found.put(parent + withoutSlash(entry.getName()), directory(entry));
                }
            }
        } catch (IOException brokenOff) {
            if (read.getCount() < MOST_BYTES) {
                throw brokenOff;
            }
        }
        return new ImageDirectories(Map.copyOf(found.all));
    }

    private static final class NearestDirectories {
        private final TreeMap<String, Directory> all = new TreeMap<>(ImageDirectories.NEAREST_FIRST);
        private long characters;

        void put(String path, Directory directory) {
            characters += all.put(path, directory) == null ? path.length() : 0;
            while (all.size() > MOST_DIRECTORIES || characters > MOST_CHARACTERS) {
                characters -= all.pollLastEntry().getKey().length();
            }
        }
    }

    private static Directory directory(TarArchiveEntry entry) {
        return new Directory(entry.getLongUserId(), entry.getLongGroupId(), entry.getMode() & PERMISSIONS);
    }

    private static String withoutSlash(String name) {
        return name.endsWith("/") ? name.substring(0, name.length() - 1) : name;
    }
}
