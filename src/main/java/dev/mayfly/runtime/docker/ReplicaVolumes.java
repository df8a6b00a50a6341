package dev.mayfly.runtime.docker;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.InspectVolumeResponse;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.model.Mount;
import com.github.dockerjava.api.model.MountType;
import dev.mayfly.host.Host;
import dev.mayfly.model.Launch;
import dev.mayfly.model.ReplicaId;
import dev.mayfly.model.Volume;
import dev.mayfly.runtime.Ownership;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;

/** Turns a launch's volumes into mounts, making what has to be there first. Memory-backed ones are {@link Scratch}'s. */
final class ReplicaVolumes {
    private static final Logger LOG = Logger.getLogger(ReplicaVolumes.class);

    private static final String DELETE = "Delete";
    private static final String RETAIN = "Retain";

    private final EngineSettings settings;
    private final Optional<Host> host;

    ReplicaVolumes(EngineSettings settings, Optional<Host> host) {
        this.settings = settings;
        this.host = host;
    }

    /** @throws Host.Refused where a path on the host can't be used, or there is no host */
    List<Mount> mounts(DockerClient engine, Launch launch) {
        var template = launch.template();
        var sources = new HashMap<String, Mount>();
        template.volumes()
                .forEach((name, volume) -> source(engine, launch, name, volume).ifPresent(s -> sources.put(name, s)));
        var mounts = new ArrayList<Mount>();
        for (var mount : template.mounts()) {
            var source = sources.get(mount.volume());
            if (source != null) {
                mounts.add(new Mount()
                        .withType(source.getType())
                        .withSource(source.getSource())
                        .withTarget(mount.path())
                        .withReadOnly(mount.readOnly() || Boolean.TRUE.equals(source.getReadOnly())));
            }
        }
        return mounts;
    }

    /** Removes what the replica's volumes left on the host. */
    void discard(ReplicaId id) {
        host.ifPresent(machine -> machine.discard(id));
    }

    /** @param known asked after the look at the host, so that nothing made meanwhile counts as unknown */
    void discardAllBut(Supplier<Set<ReplicaId>> known) {
        host.ifPresent(machine -> machine.discardAllBut(known));
    }

    /** Removes named volumes with reclaim policy Delete, except these; one in use stays. */
    void retain(DockerClient engine, Set<String> wanted) {
        var ours = engine.listVolumesCmd()
                .withFilter("label", List.of(Ownership.CLUSTER + "=" + settings.cluster()))
                .exec();
        if (ours.getVolumes() == null) {
            return;
        }
        remove(
                engine,
                ours.getVolumes().stream()
                        .map(InspectVolumeResponse::getName)
                        .filter(name -> !wanted.contains(name))
                        .collect(Collectors.toSet()));
    }

    /** Removes those of the volumes that are ours with reclaim policy Delete; one in use stays. */
    void remove(DockerClient engine, Set<String> names) {
        for (var name : names) {
            try {
                var labels = engine.inspectVolumeCmd(name).exec().getLabels();
                if (labels != null
                        && settings.cluster().equals(labels.get(Ownership.CLUSTER))
                        && DELETE.equals(labels.get(Ownership.RECLAIM_POLICY))) {
                    engine.removeVolumeCmd(name).exec();
                    LOG.infof("Removed volume %s: reclaimPolicy Delete, and no workload uses it any longer", name);
                }
            } catch (NotFoundException gone) {
                // what was wanted is so
            } catch (DockerException inUse) {
                LOG.debugf("Volume %s stays for now: %s", name, EngineWords.of(inUse));
            }
        }
    }

    String nameOf(String namespace, Volume.DockerVolume volume) {
        return "mayfly_" + settings.cluster() + "_" + namespace + "_" + volume.name();
    }

    private Optional<Mount> source(DockerClient engine, Launch launch, String name, Volume volume) {
        return switch (volume) {
            case Volume.EmptyDir empty when empty.memory() -> Optional.empty();
            case Volume.EmptyDir empty ->
                Optional.of(bind(
                        machine("emptyDir " + name).emptyDir(launch.id(), name).toString()));
            case Volume.HostPath path ->
                Optional.of(
                        bind(machine("hostPath " + path.path()).hostPath(path).toString()));
            case Volume.Claim claim
            when claim.path().isEmpty() ->
                throw new Host.Refused("persistentVolumeClaim " + claim.claim() + " has no volume any longer.");
            case Volume.Claim claim ->
                Optional.of(bind(machine("persistentVolumeClaim " + claim.claim())
                                .hostPath(new Volume.HostPath(claim.path(), "Directory"))
                                .toString())
                        .withReadOnly(claim.readOnly()));
            case Volume.Files files ->
                Optional.of(bind(machine("volume " + name)
                                .files(
                                        launch.id(),
                                        name,
                                        files,
                                        launch.template().security().fsGroup())
                                .toString())
                        .withReadOnly(true));
            case Volume.DockerVolume docker -> Optional.of(named(engine, launch, docker));
        };
    }

    private Host machine(String what) {
        return host.orElseThrow(
                () -> new Host.Refused(what + " needs an operator that runs as root on the engine's host."
                        + " Run it there, or use a dockerVolume or an emptyDir with medium Memory."));
    }

    private static Mount bind(String path) {
        return new Mount().withType(MountType.BIND).withSource(path);
    }

    private Mount named(DockerClient engine, Launch launch, Volume.DockerVolume volume) {
        var namespace = launch.id().owner().namespace();
        var name = nameOf(namespace, volume);
        var policy = volume.deleteWithOwner() ? DELETE : RETAIN;
        var labels = engine.createVolumeCmd()
                .withName(name)
                .withDriver("local")
                .withLabels(Map.of(
                        Ownership.CLUSTER,
                        settings.cluster(),
                        Ownership.NAMESPACE,
                        namespace,
                        Ownership.RECLAIM_POLICY,
                        policy))
                .exec()
                .getLabels();
        // The engine answers with the volume that was there before, if one was.
        if (labels == null || !settings.cluster().equals(labels.get(Ownership.CLUSTER))) {
            throw new Host.Refused(
                    "A Docker volume " + name + " is there that Mayfly did not make. Name the dockerVolume "
                            + volume.name() + " otherwise, or remove that volume.");
        }
        if (!policy.equals(labels.get(Ownership.RECLAIM_POLICY))) {
            throw new Host.Refused("dockerVolume " + volume.name() + " was made with reclaimPolicy "
                    + labels.get(Ownership.RECLAIM_POLICY) + " and is asked for with " + policy
                    + ". All workloads that share it must say the same; to change it, remove the Docker volume " + name
                    + ".");
        }
        return new Mount().withType(MountType.VOLUME).withSource(name);
    }
}
