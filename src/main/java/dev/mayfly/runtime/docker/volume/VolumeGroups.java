package dev.mayfly.runtime.docker.volume;

import com.github.dockerjava.api.DockerClient;
import dev.mayfly.core.model.Launch;
import dev.mayfly.core.model.OwnerId;
import dev.mayfly.core.model.Volume;
import dev.mayfly.host.Host;
import dev.mayfly.host.Pace;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jboss.logging.Logger;

/**
 * Gives a launch's volumes to its {@code fsGroup} before it is queued: the volume of a neighbour may have a million files.
 * The launch itself then finds it done.
 */
final class VolumeGroups {
    private static final Logger LOG = Logger.getLogger(VolumeGroups.class);

    private final NamedVolumes named;
    private final Host host;
    private final HostWork work;
    /** By volume and group. If several replicas start at once with one volume, one walk serves all. */
    private final Map<Given, CompletableFuture<Void>> underWay = new ConcurrentHashMap<>();

    private record Given(Path volume, long group) {}

    VolumeGroups(NamedVolumes named, Host host, HostWork work) {
        this.named = named;
        this.host = host;
        this.work = work;
    }

    /** True if the files of that volume may be given to a group. New volumes have none. */
    static boolean concerns(Volume volume) {
        return switch (volume) {
            case Volume.Claim claim -> !claim.readOnly() && !claim.path().isEmpty();
            case Volume.DockerVolume docker -> isPlain(docker);
            default -> false;
        };
    }

    /** With options or another driver the files are elsewhere as soon as the volume is mounted. */
    static boolean isPlain(Volume.DockerVolume docker) {
        return docker.driver().equals("local") && docker.options().isEmpty();
    }

    /** @param then called once, with what the host refused */
    void give(Supplier<DockerClient> engine, Launch launch, Consumer<Optional<Host.Refused>> then) {
        var others = new ArrayList<CompletableFuture<Void>>();
        work.walk(
                launch.id().owner(),
                pace -> paths(engine, launch)
                        .forEach(path -> give(path, launch, pace).ifPresent(others::add)),
                refused -> CompletableFuture.allOf(others.toArray(CompletableFuture[]::new))
                        .whenComplete((done, failed) -> then.accept(refused.or(() -> refusal(failed)))));
    }

    private static Optional<Host.Refused> refusal(Throwable failed) {
        var cause = failed instanceof CompletionException joined ? joined.getCause() : failed;
        return cause instanceof Host.Refused refused ? Optional.of(refused) : Optional.empty();
    }

    /** @return the walk of another launch, if one is under way */
    private Optional<CompletableFuture<Void>> give(Path volume, Launch launch, Pace pace) {
        var given = new Given(volume, launch.template().security().fsGroup());
        var mine = new CompletableFuture<Void>();
        var other = underWay.putIfAbsent(given, mine);
        if (other != null) {
            return Optional.of(other);
        }
        try {
            host.group(volume, given.group(), pace);
            return Optional.empty();
        } catch (Host.Refused refused) {
            mine.completeExceptionally(refused);
            throw refused;
        } finally {
            underWay.remove(given);
            mine.complete(null);
        }
    }

    /** Silence of the engine is left to the launch, which asks it again. */
    private List<Path> paths(Supplier<DockerClient> engine, Launch launch) {
        try {
            return launch.template().volumes().values().stream()
                    .filter(VolumeGroups::concerns)
                    .map(volume -> path(engine, launch.id().owner(), volume))
                    .flatMap(Optional::stream)
                    .toList();
        } catch (Host.Refused refused) {
            throw refused;
        } catch (RuntimeException silence) {
            LOG.debugf("The volumes of %s are not known yet: %s", launch.id().replica(), silence.getMessage());
            return List.of();
        }
    }

    private Optional<Path> path(Supplier<DockerClient> engine, OwnerId owner, Volume volume) {
        return switch (volume) {
            case Volume.Claim claim -> Optional.of(host.hostPath(new Volume.HostPath(claim.path(), "Directory")));
            case Volume.DockerVolume docker ->
                named.mountpoint(engine.get(), owner, docker).map(Path::of);
            default -> Optional.empty();
        };
    }
}
