package dev.mayfly.operator.spec;

import static java.util.Objects.requireNonNullElse;

import dev.mayfly.api.v1alpha1.Volume.DockerVolumeSource.ReclaimPolicy;
import dev.mayfly.api.v1alpha1.VolumeMount;
import dev.mayfly.core.model.OwnerId;
import dev.mayfly.core.model.Template.Mount;
import dev.mayfly.core.model.Volume;
import dev.mayfly.operator.cluster.InvalidSpec;
import dev.mayfly.operator.content.Content;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Reads volumes and their mounts. */
public final class SpecVolumes {
    private SpecVolumes() {}

    static Map<String, Volume> volumes(List<dev.mayfly.api.v1alpha1.Volume> given, OwnerId owner, Content content) {
        var volumes = new LinkedHashMap<String, Volume>();
        given.forEach(volume -> volumes.put(volume.name(), volume(volume, owner, content)));
        return Collections.unmodifiableMap(volumes);
    }

    private static Volume volume(dev.mayfly.api.v1alpha1.Volume volume, OwnerId owner, Content content) {
        if (volume.emptyDir() != null) {
            var emptyDir = volume.emptyDir();
            return new Volume.EmptyDir(emptyDir.medium() != null, SpecResources.bytes(emptyDir.sizeLimit()));
        }
        if (volume.hostPath() != null) {
            var type = volume.hostPath().type();
            return new Volume.HostPath(normal(volume.hostPath().path()), type == null ? "" : type.name());
        }
        if (volume.configMap() != null) {
            return SpecFiles.of(volume.name(), volume.configMap(), owner, content);
        }
        if (volume.secret() != null) {
            return SpecFiles.of(volume.name(), volume.secret(), owner, content);
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
}
