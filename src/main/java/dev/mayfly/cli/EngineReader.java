package dev.mayfly.cli;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.command.InspectImageResponse;
import com.github.dockerjava.api.command.InspectVolumeResponse;
import com.github.dockerjava.api.exception.InternalServerErrorException;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.model.ChangeLog;
import com.github.dockerjava.api.model.Container;
import com.github.dockerjava.api.model.Network;
import dev.mayfly.cli.Complaint.Refusal;
import dev.mayfly.runtime.ImageStore;
import dev.mayfly.runtime.docker.engine.Containerd;
import dev.mayfly.runtime.docker.engine.EngineAnswer;
import dev.mayfly.runtime.docker.engine.EngineConnector;
import dev.mayfly.runtime.docker.image.EngineImages;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Option;

/**
 * Reads from the engine. Each call is a GET, except for removals through {@link #images}. Calls throw {@link
 * dev.mayfly.runtime.RuntimeUnavailable} if the engine does not answer.
 */
public final class EngineReader implements Closeable {
    /** The engine needs a while to compute sizes and differences of a large container. */
    private static final Duration TIMEOUT = Duration.ofMinutes(2);

    private final DockerClient client;
    private final boolean local;
    private final Optional<String> host;

    private EngineReader(DockerClient client, boolean local, Optional<String> host) {
        this.client = client;
        this.local = local;
        this.host = host;
    }

    /**
     * @param host empty for {@code DOCKER_HOST}, else the current context, else the default socket
     * @throws Refusal if unreachable
     */
    static EngineReader connect(Optional<String> host) {
        try {
            var address = EngineConnector.address(host);
            return new EngineReader(EngineConnector.client(host, TIMEOUT), "unix".equals(address.getScheme()), host);
        } catch (RuntimeException unreachable) {
            throw Unreachable.refusal(host, unreachable);
        }
    }

    /** Whether the engine may run on this machine. */
    public boolean local() {
        return local;
    }

    /** The containerd that has the layers of its containers. */
    public Containerd containerd() {
        return EngineAnswer.to("which containerd it uses", () -> EngineConnector.containerd(host, TIMEOUT));
    }

    /** The engine's own description, by the names of its API; nothing of registries and proxies. */
    public Map<String, Object> description() {
        return EngineAnswer.to("what it is", () -> {
            var version = client.versionCmd().exec();
            var info = client.infoCmd().exec();
            var fields = new LinkedHashMap<String, Object>();
            fields.put("Version", version.getVersion());
            fields.put("ApiVersion", version.getApiVersion());
            fields.put("KernelVersion", version.getKernelVersion());
            fields.put("OperatingSystem", info.getOperatingSystem());
            fields.put("Architecture", info.getArchitecture());
            fields.put("Driver", info.getDriver());
            fields.put("DriverStatus", info.getDriverStatuses());
            fields.put("CgroupDriver", info.getCGroupDriver());
            fields.put("LoggingDriver", info.getLoggingDriver());
            fields.put("SecurityOptions", info.getSecurityOptions());
            fields.put("NCPU", info.getNCPU());
            fields.put("MemTotal", info.getMemTotal());
            fields.put("Containers", info.getContainers());
            fields.put("ContainersRunning", info.getContainersRunning());
            fields.put("Images", info.getImages());
            return fields;
        });
    }

    /** All containers in any state, with the sizes of their writable layers. */
    public List<Container> containers() {
        return EngineAnswer.to(
                "which containers it has",
                () -> client.listContainersCmd()
                        .withShowAll(true)
                        .withShowSize(true)
                        .exec());
    }

    /** The images. Only {@code mayfly rmi} removes any. */
    public ImageStore images() {
        return EngineImages.of(client);
    }

    /** Containers in any state that have the label, with any value. */
    public List<Container> labelled(String label) {
        return EngineAnswer.to(
                "which containers it has",
                () -> client.listContainersCmd()
                        .withShowAll(true)
                        .withLabelFilter(List.of(label))
                        .exec());
    }

    /** Networks that have the label, with any value. */
    public List<Network> networks(String label) {
        return EngineAnswer.to(
                "which networks it has",
                () -> client.listNetworksCmd()
                        .withFilter("label", List.of(label))
                        .exec());
    }

    /** Volumes that have the label, with any value. */
    public List<InspectVolumeResponse> volumes(String label) {
        var found = EngineAnswer.to(
                "which volumes it has",
                () -> client.listVolumesCmd()
                        .withFilter("label", List.of(label))
                        .exec());
        return Optional.ofNullable(found.getVolumes()).orElse(List.of());
    }

    /** Empty if the container no longer exists. */
    public Optional<InspectContainerResponse> container(String id) {
        try {
            return Optional.of(EngineAnswer.to(
                    "what container " + id + " is",
                    () -> client.inspectContainerCmd(id).exec()));
        } catch (NotFoundException gone) {
            return Optional.empty();
        }
    }

    /** Empty if the image no longer exists because another client removed it by force. */
    public Optional<InspectImageResponse> image(String id) {
        try {
            return Optional.of(EngineAnswer.to(
                    "what image " + id + " is", () -> client.inspectImageCmd(id).exec()));
        } catch (NotFoundException gone) {
            return Optional.empty();
        }
    }

    /** Empty if nothing changed, or the container no longer exists or is being removed. */
    public List<ChangeLog> changes(String id) {
        try {
            var changes = EngineAnswer.to(
                    "what container " + id + " changed",
                    () -> client.containerDiffCmd(id).exec());
            return Optional.ofNullable(changes).orElse(List.of());
        } catch (NotFoundException gone) {
            return List.of();
        } catch (InternalServerErrorException refused) {
            if (isGoing(id)) {
                return List.of();
            }
            throw refused;
        }
    }

    /** While the engine removes a container, it has no layer and is listed nevertheless (moby: daemon/delete.go). */
    private boolean isGoing(String id) {
        return container(id)
                .filter(there -> !Boolean.TRUE.equals(there.getState().getDead()))
                .isEmpty();
    }

    /** A tar of a directory of the container. @throws DockerException if the directory does not exist */
    public InputStream archive(String id, String path) {
        return EngineAnswer.to(
                "what " + path + " of container " + id + " holds",
                () -> client.copyArchiveFromContainerCmd(id, path).exec());
    }

    @Override
    public void close() throws IOException {
        client.close();
    }

    /** Explains why no engine answers and what to do. */
    static final class Unreachable {
        private Unreachable() {}

        static Refusal refusal(Optional<String> host, RuntimeException failure) {
            var message = message(failure);
            String address = null;
            try {
                var uri = EngineConnector.address(host);
                address = uri.getScheme() == null ? null : uri.toString();
            } catch (RuntimeException malformed) {
                // reported below
            }
            if (address == null) {
                return new Refusal("'" + Printable.of(host.orElse(String.valueOf(System.getenv("DOCKER_HOST"))))
                        + "' is no address of an engine: write unix:///path/to/docker.sock or tcp://host:port");
            }
            if (message.contains("Permission denied")) {
                return new Refusal("You may not use the engine at " + address
                        + ": run this with sudo, or as a member of the socket's group (usually docker)");
            }
            return new Refusal("No engine answers at " + address + " (" + Printable.of(message)
                    + "): start it, or name another with --host or DOCKER_HOST");
        }

        /** The message of the innermost cause. The outer ones only say that a call failed. */
        private static String message(Throwable failure) {
            var cause = failure;
            while (cause.getCause() != null && cause.getCause() != cause) {
                cause = cause.getCause();
            }
            return Optional.ofNullable(cause.getMessage())
                    .orElse(cause.getClass().getSimpleName());
        }
    }

    /** The option that selects an engine. */
    public static final class EngineOption {
        @Option(
                names = {"-H", "--host"},
                paramLabel = "ADDRESS",
                description =
                        "Address of the engine, such as unix:///var/run/docker.sock. Default: DOCKER_HOST, else the"
                                + " current Docker context, else the engine's default socket.")
        private Optional<String> host = Optional.empty();

        /** @throws Refusal if no engine answers */
        public EngineReader connect() {
            return EngineReader.connect(host);
        }
    }
}
