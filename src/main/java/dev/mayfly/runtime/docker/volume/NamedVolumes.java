package dev.mayfly.runtime.docker.volume;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.InspectVolumeResponse;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.model.Driver;
import com.github.dockerjava.api.model.VolumeOptions;
import dev.mayfly.core.model.Desired;
import dev.mayfly.core.model.OwnerId;
import dev.mayfly.core.model.Volume;
import dev.mayfly.host.Host;
import dev.mayfly.runtime.ContainerRuntime.SharedResources.Unused;
import dev.mayfly.runtime.Ownership;
import dev.mayfly.runtime.ResourceOwnership;
import dev.mayfly.runtime.docker.engine.EngineWords;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jboss.logging.Logger;

/** Docker volumes that belong to namespaces. */
public final class NamedVolumes {
    private static final Logger LOG = Logger.getLogger(NamedVolumes.class);

    private static final String DELETE = "Delete";
    private static final String RETAIN = "Retain";

    private final String cluster;

    public NamedVolumes(String cluster) {
        this.cluster = cluster;
    }

    /**
     * @param mountpoint where the driver keeps the volume, or will once it is used
     * @param options options with which the engine recreates the volume if it is removed before a container holds it,
     *     together with the last workload that used it. Without them the new volume would have no owner
     */
    public record Named(String name, String mountpoint, VolumeOptions options) {}

    public String nameOf(String namespace, Volume.DockerVolume volume) {
        return ResourceOwnership.volume(cluster, namespace, volume.name());
    }

    /** Creates the volume for the workload if it is missing. @throws Host.Refused if another volume has its name */
    public Named ensure(DockerClient engine, OwnerId owner, Volume.DockerVolume volume) {
        var name = nameOf(owner.namespace(), volume);
        var policy = volume.deleteWithOwner() ? DELETE : RETAIN;
        var labels = ResourceOwnership.volumeLabels(cluster, owner, policy);
        var create = engine.createVolumeCmd()
                .withName(name)
                .withDriver(volume.driver())
                .withLabels(labels);
        if (!volume.options().isEmpty()) {
            create.withDriverOpts(volume.options());
        }
        create.exec();
        // If the volume already exists, the engine answers the creation with that volume, without its options.
        var found = engine.inspectVolumeCmd(name).exec();
        require(volume, found, name, policy);
        var driver = new Driver().withName(volume.driver()).withOptions(volume.options());
        return new Named(
                name,
                found.getMountpoint() == null ? "" : found.getMountpoint(),
                new VolumeOptions().withLabels(labels).withDriverConfig(driver));
    }

    /**
     * Where the volume is on the host; empty if it does not exist yet.
     *
     * @throws Host.Refused as {@link #ensure}
     */
    Optional<String> mountpoint(DockerClient engine, OwnerId owner, Volume.DockerVolume volume) {
        var name = nameOf(owner.namespace(), volume);
        try {
            var found = engine.inspectVolumeCmd(name).exec();
            require(volume, found, name, volume.deleteWithOwner() ? DELETE : RETAIN);
            return Optional.ofNullable(found.getMountpoint());
        } catch (NotFoundException absent) {
            return Optional.empty();
        }
    }

    private void require(Volume.DockerVolume volume, InspectVolumeResponse found, String name, String policy) {
        var labels = found.getLabels();
        if (!ours(name, labels)) {
            throw new Host.Refused(
                    "Docker volume " + name + " exists, and Mayfly did not create it. Name the dockerVolume "
                            + volume.name() + " otherwise, or remove that volume.");
        }
        requireSame(volume, name, "reclaimPolicy", labels.get(Ownership.RECLAIM_POLICY), policy);
        requireSame(volume, name, "driver", found.getDriver(), volume.driver());
        var options = found.getOptions() == null ? Map.<String, String>of() : found.getOptions();
        requireSame(volume, name, "options", new TreeMap<>(options), new TreeMap<>(volume.options()));
    }

    private boolean ours(String name, Map<String, String> labels) {
        return ResourceOwnership.ownerOfVolume(name, labels)
                .filter(cluster::equals)
                .isPresent();
    }

    private static void requireSame(Volume.DockerVolume volume, String name, String what, Object found, Object wanted) {
        if (!wanted.equals(found)) {
            throw new Host.Refused("dockerVolume " + volume.name() + " was created with " + what + " " + found
                    + " and is requested with " + wanted
                    + ". All workloads that share it must request the same; to change it, remove the Docker volume "
                    + name
                    + ".");
        }
    }

    /**
     * Volumes with reclaim policy Delete that were created before {@code madeBefore}, except wanted ones and those of
     * {@code namespaces}.
     */
    public Stream<Unused> unused(DockerClient engine, Set<String> wanted, Set<String> namespaces, Instant madeBefore) {
        return listed(engine)
                .filter(volume -> ours(volume.getName(), volume.getLabels()))
                .filter(volume -> DELETE.equals(volume.getLabels().get(Ownership.RECLAIM_POLICY)))
                .filter(volume -> !wanted.contains(volume.getName()))
                .map(volume -> new Unused(
                        volume.getName(),
                        volume.getLabels().get(Ownership.NAMESPACE),
                        made(volume),
                        true,
                        ResourceOwnership.makerOfVolume(volume.getLabels())))
                .filter(volume -> !namespaces.contains(volume.namespace()))
                .filter(volume -> volume.created().isBefore(madeBefore));
    }

    private Stream<InspectVolumeResponse> listed(DockerClient engine) {
        var listed = engine.listVolumesCmd()
                .withFilter("label", List.of(Ownership.CLUSTER + "=" + cluster))
                .exec()
                .getVolumes();
        return listed == null ? Stream.empty() : listed.stream();
    }

    /**
     * Creation time of a volume. Drivers other than the engine's own may report none; the volume then counts as old.
     */
    private static Instant made(InspectVolumeResponse volume) {
        try {
            return OffsetDateTime.parse(String.valueOf(volume.getRawValues().get("CreatedAt")))
                    .toInstant();
        } catch (DateTimeParseException notATime) {
            return Instant.EPOCH;
        }
    }

    /** Removes those of the volumes that are ours with reclaim policy Delete; a volume in use stays. */
    public void remove(DockerClient engine, Set<String> names) {
        for (var name : names) {
            try {
                var labels = engine.inspectVolumeCmd(name).exec().getLabels();
                if (ours(name, labels) && DELETE.equals(labels.get(Ownership.RECLAIM_POLICY))) {
                    engine.removeVolumeCmd(name).exec();
                    LOG.infof("Removed volume %s: reclaimPolicy Delete, and no workload uses it any longer", name);
                }
            } catch (NotFoundException gone) {
                // it is removed as requested
            } catch (DockerException inUse) {
                LOG.debugf("Volume %s is still in use: %s", name, EngineWords.of(inUse));
            }
        }
    }

    /** The workload's own names of its named volumes that exist on the engine; sorted. */
    public List<String> there(DockerClient engine, Desired workload) {
        var names = listed(engine).map(InspectVolumeResponse::getName).collect(Collectors.toSet());
        return workload.template().volumes().values().stream()
                .filter(Volume.DockerVolume.class::isInstance)
                .map(Volume.DockerVolume.class::cast)
                .filter(volume -> names.contains(nameOf(workload.owner().namespace(), volume)))
                .map(Volume.DockerVolume::name)
                .sorted()
                .toList();
    }
}
