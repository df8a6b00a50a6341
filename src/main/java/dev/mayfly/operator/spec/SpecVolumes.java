package dev.mayfly.operator.spec;

import static java.util.Objects.requireNonNullElse;

import dev.mayfly.api.v1alpha1.Volume.ConfigMapSource;
import dev.mayfly.api.v1alpha1.Volume.DockerVolumeSource.ReclaimPolicy;
import dev.mayfly.api.v1alpha1.Volume.KeyToPath;
import dev.mayfly.api.v1alpha1.Volume.SecretSource;
import dev.mayfly.api.v1alpha1.VolumeMount;
import dev.mayfly.core.model.OwnerId;
import dev.mayfly.core.model.Template.Mount;
import dev.mayfly.core.model.Volume;
import dev.mayfly.core.model.Volume.FileContent;
import dev.mayfly.operator.cluster.InvalidSpec;
import dev.mayfly.operator.content.Content;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Reads volumes and their mounts. */
public final class SpecVolumes {
    private SpecVolumes() {}

    static Map<String, Volume> volumes(List<dev.mayfly.api.v1alpha1.Volume> given, OwnerId owner, Content content) {
        var volumes = new LinkedHashMap<String, Volume>();
        var room = new FileRoom();
        given.forEach(volume -> volumes.put(volume.name(), volume(volume, owner, content, room)));
        return Collections.unmodifiableMap(volumes);
    }

    private static Volume volume(dev.mayfly.api.v1alpha1.Volume volume, OwnerId owner, Content content, FileRoom room) {
        if (volume.emptyDir() != null) {
            var emptyDir = volume.emptyDir();
            return new Volume.EmptyDir(emptyDir.medium() != null, SpecResources.bytes(emptyDir.sizeLimit()));
        }
        if (volume.hostPath() != null) {
            var type = volume.hostPath().type();
            return new Volume.HostPath(normal(volume.hostPath().path()), type == null ? "" : type.name());
        }
        if (volume.configMap() != null) {
            return SpecFiles.of(volume.name(), volume.configMap(), owner, content, room);
        }
        if (volume.secret() != null) {
            return SpecFiles.of(volume.name(), volume.secret(), owner, content, room);
        }
        if (volume.dockerVolume() != null) {
            var docker = volume.dockerVolume();
            return new Volume.DockerVolume(
                    docker.name(),
                    requireNonNullElse(docker.driver(), "local"),
                    Map.copyOf(requireNonNullElse(docker.options(), Map.of())),
                    docker.reclaimPolicy() == ReclaimPolicy.Delete);
        }
        if (volume.persistentVolumeClaim() != null) {
            var claim = volume.persistentVolumeClaim();
            return new Volume.Claim(claim.claimName(), "", Boolean.TRUE.equals(claim.readOnly()));
        }
        throw new InvalidSpec(
                "the volume '" + volume.name()
                        + "' has no source: give it an emptyDir, hostPath, persistentVolumeClaim, configMap, secret or dockerVolume");
    }

    static List<Mount> mounts(List<VolumeMount> given) {
        return given.stream()
                .map(mount -> new Mount(
                        mount.name(),
                        normal(mount.mountPath()),
                        Boolean.TRUE.equals(mount.readOnly()),
                        requireNonNullElse(mount.subPath(), requireNonNullElse(mount.subPathExpr(), "")),
                        mount.subPathExpr() != null))
                .toList();
    }

    /** Removes doubled and trailing slashes and {@code .}; keeps {@code ..}, so that it can be refused. */
    public static String normal(String path) {
        var names = Stream.of(path.split("/"))
                .filter(name -> !name.isEmpty() && !name.equals("."))
                .collect(Collectors.joining("/"));
        return path.startsWith("/") ? "/" + names : names;
    }

    /**
     * The room that one replica's files of ConfigMaps and Secrets have. They lie in memory that all namespaces share, and
     * each replica has files of its own, so the sizes are counted before any file is made.
     */
    private static final class FileRoom {
        /** Eight of the largest ConfigMaps. */
        private static final long MOST_BYTES = 8L << 20;
        /** Each file takes memory, also an empty one. */
        private static final int MOST_FILES = 4096;

        private long bytes;
        private int files;

        FileContent take(Content.Value value, int mode, String where) {
            bytes += value.size();
            files++;
            if (bytes > MOST_BYTES || files > MOST_FILES) {
                throw new InvalidSpec("the volumes with a configMap or secret have more than 8 MiB or " + MOST_FILES
                        + " files in each replica, counted up to " + where
                        + ": name only the keys that are needed in items, each once, or use a volume of another kind");
            }
            return value.file(mode);
        }
    }

    /** Reads {@code configMap} and {@code secret} volumes as files. */
    static final class SpecFiles {
        private static final int MODE = 0644;

        private final Content.Source source;
        private final Content content;
        private final FileRoom room;
        private final int mode;
        private final boolean optional;
        private final String where;
        private final TreeMap<String, FileContent> files = new TreeMap<>();

        private SpecFiles(
                Content.Source source, Content content, FileRoom room, Integer mode, Boolean optional, String volume) {
            this.source = source;
            this.content = content;
            this.room = room;
            this.mode = requireNonNullElse(mode, MODE);
            this.optional = Boolean.TRUE.equals(optional);
            this.where = "volume '" + volume + "'";
        }

        static Volume.Files of(String volume, ConfigMapSource given, OwnerId owner, Content content, FileRoom room) {
            return new SpecFiles(
                            Content.Source.configMap(given.name()),
                            content,
                            room,
                            given.defaultMode(),
                            given.optional(),
                            volume)
                    .read(given.items(), owner);
        }

        static Volume.Files of(String volume, SecretSource given, OwnerId owner, Content content, FileRoom room) {
            return new SpecFiles(
                            Content.Source.secret(given.secretName()),
                            content,
                            room,
                            given.defaultMode(),
                            given.optional(),
                            volume)
                    .read(given.items(), owner);
        }

        private Volume.Files read(List<KeyToPath> items, OwnerId owner) {
            content.find(source, optional, where, owner).ifPresent(held -> {
                if (items == null || items.isEmpty()) {
                    held.values().forEach((key, value) -> files.put(key, room.take(value, mode, where)));
                } else {
                    items.forEach(item -> add(item, held));
                }
            });
            return new Volume.Files(Collections.unmodifiableMap(files));
        }

        private void add(KeyToPath item, Content.Held held) {
            var value = held.values().get(item.key());
            if (value == null) {
                if (!optional) {
                    throw Content.missingKey(source, item.key(), where);
                }
                return;
            }
            var taken = files.put(item.path(), room.take(value, requireNonNullElse(item.mode(), mode), where));
            if (taken != null || files.keySet().stream().anyMatch(path -> nested(path, item.path()))) {
                throw new InvalidSpec("two of items of " + where + " want the path " + item.path()
                        + ", or one lies below it: change one of them");
            }
        }

        private static boolean nested(String path, String other) {
            return path.startsWith(other + "/") || other.startsWith(path + "/");
        }
    }
}
