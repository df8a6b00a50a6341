package dev.mayfly.runtime.docker.volume;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.model.Container;
import com.github.dockerjava.api.model.Mount;
import com.github.dockerjava.api.model.MountType;
import com.github.dockerjava.api.model.VolumeOptions;
import dev.mayfly.core.model.Launch;
import dev.mayfly.core.model.OwnerId;
import dev.mayfly.core.model.ReplicaId;
import dev.mayfly.core.model.ReplicaVariables;
import dev.mayfly.core.model.Template;
import dev.mayfly.core.model.Volume;
import dev.mayfly.host.Host;
import dev.mayfly.runtime.docker.container.SizeLimitsLabel;
import dev.mayfly.runtime.docker.engine.EngineJson;
import dev.mayfly.runtime.docker.volume.MountGuard.Place;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jboss.logging.Logger;

/** Turns a launch's volumes into mounts and creates what they need. {@link Scratch} handles memory-backed volumes. */
public final class ReplicaVolumes {
    private static final Logger LOG = Logger.getLogger(ReplicaVolumes.class);

    /** Maximum length of a resolved subPath, the same as for one without variables. */
    private static final int LONGEST_SUB_PATH = 512;

    private final NamedVolumes named;
    private final Optional<Host> host;
    private final MountGuard guard;
    private final EmptyDirLimits limits;
    private final HostWork work;
    private final Optional<VolumeGroups> groups;
    private final AtomicBoolean sweeps = new AtomicBoolean();

    public ReplicaVolumes(
            NamedVolumes named, Optional<Host> host, MountGuard guard, EmptyDirLimits limits, HostWork work) {
        this.limits = limits;
        this.work = work;
        this.groups = host.map(machine -> new VolumeGroups(named, machine, work));
        this.named = named;
        this.host = host;
        this.guard = guard;
    }

    /**
     * The root of a volume, as the engine would mount it.
     *
     * @param source name of a Docker volume, or path on the host
     * @param path path on the host; empty if the engine reported none
     * @param writable false: read-only, regardless of the mount
     * @param grouped true: its files get the group {@code fsGroup}
     * @param options options of a Docker volume; null for other volumes
     */
    private record Root(
            MountType type, String source, String path, boolean writable, boolean grouped, VolumeOptions options) {
        static Root at(String path, boolean writable, boolean grouped) {
            return new Root(MountType.BIND, path, path, writable, grouped, null);
        }
    }

    /**
     * The engine gets a path as text and resolves it again. The guard knows which containers could replace a part of it
     * meanwhile, but not which Pods.
     *
     * @throws Host.Refused if a Pod could
     */
    private static void requireWhole(Template.Mount mount, Volume volume) {
        if (volume instanceof Volume.Claim claim && !mount.subPath().isEmpty()) {
            throw new Host.Refused("subPath " + mount.subPath() + " of persistentVolumeClaim " + claim.claim()
                    + " is refused: a Pod that mounts the claim could replace it with a link to any directory of the host"
                    + " before the engine mounts it. Mount the whole claim, or use a hostPath or a dockerVolume with"
                    + " subPath.");
        }
    }

    /** @param subPath empty: the root */
    private record Placed(Template.Mount mount, Root root, String subPath) {
        Place place() {
            var path = subPath.isEmpty() ? root.path() : root.path() + "/" + subPath;
            return new Place(path, !readOnly());
        }

        boolean readOnly() {
            return mount.readOnly() || !root.writable();
        }
    }

    /**
     * Prepares what takes the longer the more files a volume has. Precedes {@link #mounts}, and no call to the engine
     * waits for it.
     *
     * @param then called once, with what the host refused
     */
    public void prepare(Supplier<DockerClient> engine, Launch launch, Consumer<Optional<Host.Refused>> then) {
        var grouped = launch.template().security().fsGroup() >= 0
                && launch.template().volumes().values().stream().anyMatch(VolumeGroups::concerns);
        groups.filter(machine -> grouped)
                .ifPresentOrElse(machine -> machine.give(engine, launch, then), () -> then.accept(Optional.empty()));
    }

    /** Moves away what another replica of the same slot and attempt left on the host. Precedes the first {@link #mounts}. */
    public void setAside(ReplicaId id) {
        host.ifPresent(machine -> machine.setAside(id));
    }

    /**
     * Checks and creates the targets of all mounts. Called right before each start, because they may have changed since
     * the last one.
     *
     * @throws Host.Refused if a path on the host can't be used, or there is no host
     */
    public List<Mount> mounts(DockerClient engine, Launch launch) {
        limits.register(launch.id(), SizeLimitsLabel.of(launch.template()));
        var template = launch.template();
        template.mounts()
                .forEach(mount -> requireWhole(mount, template.volumes().get(mount.volume())));
        var roots = new LinkedHashMap<String, Root>();
        template.volumes()
                .forEach((name, volume) -> root(engine, launch, name, volume).ifPresent(root -> roots.put(name, root)));
        var placed = template.mounts().stream()
                .filter(mount -> roots.containsKey(mount.volume()))
                .map(mount -> new Placed(mount, roots.get(mount.volume()), subPath(launch, mount)))
                .toList();
        if (host.isPresent()) {
            guard.hold(launch.id(), places(placed), new Census(engine)); // first, so that others can't change them
        }
        template.volumes().forEach((name, volume) -> prepare(launch, volume, roots.get(name)));
        return placed.stream().map(this::mount).toList();
    }

    /**
     * Resolves the subPath of a mount for one replica. Pure.
     *
     * @return relative and normalized; empty: the volume's root
     * @throws Host.Refused if the expanded variables make it invalid
     */
    static String subPath(Launch launch, Template.Mount mount) {
        if (mount.subPath().isEmpty()) {
            return "";
        }
        String path;
        try {
            path = ReplicaVariables.of(launch.template(), launch.id()).subPath(mount);
        } catch (IllegalArgumentException wrong) {
            throw new Host.Refused(wrong.getMessage(), wrong);
        }
        var names = List.of(path.split("/", -1));
        if (path.length() > LONGEST_SUB_PATH
                || path.chars().anyMatch(Character::isISOControl)
                || names.stream().anyMatch(name -> name.isEmpty() || name.equals(".") || name.equals(".."))) {
            throw new Host.Refused("subPathExpr " + mount.subPath() + " of " + mount.path()
                    + " leads to a path that is too long, or has an empty part, '.', '..' or a control character:"
                    + " correct the variables in it");
        }
        return path;
    }

    private static List<Place> places(List<Placed> placed) {
        return placed.stream()
                .filter(p -> !p.root().path().isEmpty())
                .map(Placed::place)
                .toList();
    }

    /** Existing host directories of the workload's replicas. */
    public List<String> directoriesOf(OwnerId owner) {
        return host.map(machine -> machine.left(owner)).orElse(List.of());
    }

    private Optional<Root> root(DockerClient engine, Launch launch, String name, Volume volume) {
        return switch (volume) {
            case Volume.EmptyDir empty when empty.memory() -> Optional.empty();
            case Volume.EmptyDir empty ->
                Optional.of(Root.at(
                        machine("emptyDir " + name).emptyDir(launch.id(), name).toString(), true, true));
            case Volume.HostPath path -> Optional.of(Root.at(path.path(), true, false));
            case Volume.Claim claim
            when claim.path().isEmpty() ->
                throw new Host.Refused("persistentVolumeClaim " + claim.claim() + " has no volume any longer.");
            case Volume.Claim claim -> Optional.of(Root.at(claim.path(), !claim.readOnly(), !claim.readOnly()));
            case Volume.Files files -> {
                var group = launch.template().security().fsGroup();
                var written = machine("volume " + name).files(launch.id(), name, files, group);
                yield Optional.of(Root.at(written.toString(), false, false));
            }
            case Volume.DockerVolume docker -> {
                var made = named.ensure(engine, launch.id().owner(), docker);
                var plain = VolumeGroups.isPlain(docker);
                yield Optional.of(
                        new Root(MountType.VOLUME, made.name(), made.mountpoint(), true, plain, made.options()));
            }
        };
    }

    private void prepare(Launch launch, Volume volume, Root root) {
        if (volume instanceof Volume.HostPath path) {
            machine("hostPath " + path.path()).hostPath(path);
        } else if (volume instanceof Volume.Claim claim) {
            machine("persistentVolumeClaim " + claim.claim()).hostPath(new Volume.HostPath(claim.path(), "Directory"));
        }
        var group = launch.template().security().fsGroup();
        if (root != null && root.grouped() && group >= 0) {
            var path = Path.of(root.path());
            machine("fsGroup").group(path, group, HostWork.few("fsGroup: " + path));
        }
    }

    private Mount mount(Placed placed) {
        var mount = new Mount().withTarget(placed.mount().path()).withReadOnly(placed.readOnly());
        if (placed.subPath().isEmpty()) {
            return mount.withType(placed.root().type())
                    .withSource(placed.root().source())
                    .withVolumeOptions(placed.root().options());
        }
        var path = machine("subPath " + placed.subPath())
                .subPath(
                        Path.of(placed.root().path()),
                        placed.subPath(),
                        placed.root().writable());
        return mount.withType(MountType.BIND).withSource(path.toString());
    }

    private Host machine(String what) {
        return host.orElseThrow(
                () -> new Host.Refused(what + " needs an operator that runs as root on the engine's host."
                        + " Run it there, or use a dockerVolume or an emptyDir with medium Memory."));
    }

    /**
     * Releases the replica's mounts and removes its directories from the host.
     *
     * @param then called once, afterwards, with what the host refused
     */
    public void discard(ReplicaId id, Consumer<Optional<Host.Refused>> then) {
        guard.release(id);
        limits.gone(id);
        host.ifPresentOrElse(
                machine -> work.remove(id.owner(), pace -> machine.discard(id, pace), refused -> {
                    limits.gone(id); // a list that was requested before the removal may have registered it again
                    then.accept(refused);
                }),
                () -> then.accept(Optional.empty()));
    }

    /**
     * Like {@link #discard}, at once, for a replica whose container was never started. Directories that can't be removed
     * now are removed as strays later.
     */
    public void discardIfPossible(ReplicaId id) {
        guard.release(id);
        limits.gone(id);
        try {
            host.ifPresent(machine -> machine.discard(id, HostWork.few("The emptyDirs of " + id.replica())));
        } catch (Host.Refused refused) {
            LOG.warn(refused.getMessage());
        }
    }

    /**
     * Soon removes what belongs to other replicas, unless an earlier call still does.
     *
     * @param known called after the host's directories are listed, so that none created meanwhile counts as unknown
     */
    public void discardAllBut(Supplier<Set<ReplicaId>> known) {
        guard.retain(known);
        if (host.isPresent() && sweeps.compareAndSet(false, true)) {
            work.remove(OwnerId.EVERY, pace -> host.get().discardAllBut(known, pace), refused -> sweeps.set(false));
        }
    }

    /** @param engine asked by the guard, at most once a second */
    private record Census(DockerClient engine) implements MountGuard.Census {
        @Override
        public List<Container> containers() {
            return new ArrayList<>(engine.listContainersCmd().withShowAll(true).exec());
        }

        @Override
        public boolean privileged(String container) {
            try {
                return Boolean.TRUE.equals(EngineJson.read(
                                () -> engine.inspectContainerCmd(container).exec())
                        .getHostConfig()
                        .getPrivileged());
            } catch (NotFoundException | EngineJson.Unreadable unknown) { // then it is not trusted
                return false;
            }
        }
    }
}
