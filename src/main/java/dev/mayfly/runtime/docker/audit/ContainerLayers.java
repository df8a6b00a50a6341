package dev.mayfly.runtime.docker.audit;

import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.model.Mount;
import dev.mayfly.host.Host;
import dev.mayfly.host.Host.Snapshots;
import dev.mayfly.host.WritableLayer;
import dev.mayfly.runtime.docker.container.ContainerSnapshot;
import dev.mayfly.runtime.docker.engine.Containerd;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Directories on the engine's machine that show the writes of a container. They don't change while the container
 * exists; {@code ownHosts} changes with its networks.
 *
 * @param container ID of the container
 * @param driver what stores the layers, such as {@code overlay2}; empty if the engine does not tell
 * @param layer the writable layer; empty if it is not known to be in a directory
 * @param engineMade paths in the container that the engine creates if the image lacks them, with their parents
 * @param engineFiles files that the engine creates outside of the layer and mounts into the container, by path in the
 *     container
 * @param ownHosts lines of {@code /etc/hosts}, without their end, that the engine adds when the container joins a
 *     network and removes when it leaves it
 * @param log the log file, which the engine creates after those files and before the process starts; empty if the log
 *     is not a file of the engine
 * @param started reported start time of the process; empty if it never started
 */
public record ContainerLayers(
        String container,
        String driver,
        Optional<WritableLayer> layer,
        Set<String> engineMade,
        Map<String, Path> engineFiles,
        Set<String> ownHosts,
        Optional<Path> log,
        Optional<Instant> started) {
    /** The drivers that keep layers as directories, the latter that of containerd, whose directories the engine does not name. */
    private static final String OVERLAY2 = "overlay2";

    private static final String OVERLAYFS = "overlayfs";

    /** @param inspected a container that runs or ran */
    public static ContainerLayers of(InspectContainerResponse inspected) {
        var files = new HashMap<String, Path>();
        put(files, EngineFiles.HOSTS, inspected.getHostsPath());
        put(files, "/etc/hostname", inspected.getHostnamePath());
        put(files, EngineFiles.RESOLVER, inspected.getResolvConfPath());
        var made = WritableLayer.withParents(made(inspected));
        files.keySet().removeIf(path -> mounts(inspected).contains(path)); // a mount replaces the engine's file
        return new ContainerLayers(
                Objects.requireNonNullElse(inspected.getId(), ""),
                driver(inspected),
                layer(inspected, made),
                made,
                files,
                ownHosts(inspected),
                path(inspected.getLogPath()),
                ContainerSnapshot.instant(inspected.getState().getStartedAt()));
    }

    /**
     * With the layer as this machine has it if the engine does not name its directories.
     *
     * @param containerd of that engine, asked only then
     */
    public ContainerLayers seenBy(Host host, Supplier<Containerd> containerd) {
        if (layer.isPresent() || container.isEmpty() || !driver.equals(OVERLAYFS)) {
            return this;
        }
        var store = containerd.get();
        var snapshots = new Snapshots(store.address(), store.namespace(), driver);
        return new ContainerLayers(
                container,
                driver,
                host.layer(container, snapshots, engineMade),
                engineMade,
                engineFiles,
                ownHosts,
                log,
                started);
    }

    /**
     * Says what is missing for a comparison of the layers themselves.
     *
     * @param onHost true if this process is root on the engine's machine
     */
    public String remedy(boolean onHost) {
        if (!onHost) {
            return "As root on the engine's host, the layers themselves are compared.";
        }
        return driver.equals(OVERLAY2) || driver.equals(OVERLAYFS)
                ? "The engine's layers are not visible at the engine's own path: mount its data directory there, and where"
                        + " containerd stores the images, install its command ctr, which finds the layers of ended"
                        + " containers."
                : "The storage driver" + (driver.isEmpty() ? "" : " " + driver)
                        + " does not keep layers as directories: with overlay2 or overlayfs, the layers themselves are"
                        + " compared.";
    }

    private static String driver(InspectContainerResponse inspected) {
        return inspected.getRawValues().get("GraphDriver") instanceof Map<?, ?> driver
                        && driver.get("Name") instanceof String name
                ? name
                : "";
    }

    /** Reads the engine's raw answer: docker-java has no name for these directories and drops nested values. */
    private static Optional<WritableLayer> layer(InspectContainerResponse inspected, Set<String> made) {
        if (!(inspected.getRawValues().get("GraphDriver") instanceof Map<?, ?> driver)
                || !OVERLAY2.equals(driver.get("Name"))
                || !(driver.get("Data") instanceof Map<?, ?> directories)
                || !(directories.get("UpperDir") instanceof String upper)
                || !(directories.get("LowerDir") instanceof String lower)) {
            return Optional.empty();
        }
        return path(upper)
                .map(directory -> new WritableLayer(
                        directory, Arrays.stream(lower.split(":")).map(Path::of).toList(), made));
    }

    private static Set<String> made(InspectContainerResponse inspected) {
        var made = mounts(inspected);
        var host = inspected.getHostConfig();
        if (host.getTmpFs() != null) {
            made.addAll(host.getTmpFs().keySet());
        }
        if (host.getMounts() != null) {
            host.getMounts().stream().map(Mount::getTarget).forEach(made::add);
        }
        var working = inspected.getConfig().getWorkingDir();
        if (working != null && !working.isEmpty()) {
            made.add(working);
        }
        return made;
    }

    private static Set<String> mounts(InspectContainerResponse inspected) {
        var mounts = new HashSet<String>();
        var known = inspected.getMounts() == null ? List.<InspectContainerResponse.Mount>of() : inspected.getMounts();
        known.forEach(mount -> mounts.add(mount.getDestination().getPath()));
        return mounts;
    }

    /** As the engine writes them: the address, a tab and the container's names (moby, libnetwork/etchosts). */
    private static Set<String> ownHosts(InspectContainerResponse inspected) {
        var settings = inspected.getNetworkSettings();
        var name = inspected.getConfig().getHostName();
        if (settings == null || settings.getNetworks() == null || name == null) {
            return Set.of();
        }
        var domain = inspected.getConfig().getDomainName();
        var full = domain == null || domain.isEmpty() ? name : name + "." + domain;
        var dot = full.indexOf('.');
        var names = dot < 0 ? full : full + " " + full.substring(0, dot);
        return settings.getNetworks().values().stream()
                .flatMap(network -> Stream.of(network.getIpAddress(), network.getGlobalIPv6Address()))
                .filter(address -> address != null && !address.isEmpty())
                .map(address -> address + "\t" + names)
                .collect(Collectors.toUnmodifiableSet());
    }

    private static void put(Map<String, Path> files, String inContainer, String onHost) {
        path(onHost).ifPresent(path -> files.put(inContainer, path));
    }

    private static Optional<Path> path(String text) {
        return text == null || text.isEmpty() ? Optional.empty() : Optional.of(Path.of(text));
    }
}
