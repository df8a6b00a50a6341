package dev.mayfly.cli;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.command.InspectImageResponse;
import com.github.dockerjava.api.command.InspectVolumeResponse;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.model.ChangeLog;
import com.github.dockerjava.api.model.Container;
import com.github.dockerjava.api.model.Network;
import dev.mayfly.runtime.ImageStore;
import dev.mayfly.runtime.docker.EngineAnswer;
import dev.mayfly.runtime.docker.EngineConnector;
import dev.mayfly.runtime.docker.EngineImages;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Reads from the engine. Each call is a GET, except for removals through {@link #images}. Calls throw {@link
 * dev.mayfly.runtime.RuntimeUnavailable} if the engine does not answer.
 */
final class EngineReader implements Closeable {
    /** The engine needs a while to compute sizes and differences of a large container. */
    private static final Duration TIMEOUT = Duration.ofMinutes(2);

    private final DockerClient client;
    private final boolean local;

    private EngineReader(DockerClient client, boolean local) {
        this.client = client;
        this.local = local;
    }

    /**
     * @param host empty for {@code DOCKER_HOST}, else the current context, else the default socket
     * @throws Refusal if unreachable
     */
    static EngineReader connect(Optional<String> host) {
        try {
            var address = EngineConnector.address(host);
            return new EngineReader(EngineConnector.client(host, TIMEOUT), "unix".equals(address.getScheme()));
        } catch (RuntimeException unreachable) {
            throw Unreachable.refusal(host, unreachable);
        }
    }

    /** Whether the engine may run on this machine. */
    boolean local() {
        return local;
    }

    /** All containers in any state, with the sizes of their writable layers. */
    List<Container> containers() {
        return EngineAnswer.to(
                "which containers it has",
                () -> client.listContainersCmd()
                        .withShowAll(true)
                        .withShowSize(true)
                        .exec());
    }

    /** The images. Only {@code mayfly rmi} removes any. */
    ImageStore images() {
        return EngineImages.of(client);
    }

    /** Containers in any state that have the label, with any value. */
    List<Container> labelled(String label) {
        return EngineAnswer.to(
                "which containers it has",
                () -> client.listContainersCmd()
                        .withShowAll(true)
                        .withLabelFilter(List.of(label))
                        .exec());
    }

    /** Networks that have the label, with any value. */
    List<Network> networks(String label) {
        return EngineAnswer.to(
                "which networks it has",
                () -> client.listNetworksCmd()
                        .withFilter("label", List.of(label))
                        .exec());
    }

    /** Volumes that have the label, with any value. */
    List<InspectVolumeResponse> volumes(String label) {
        var found = EngineAnswer.to(
                "which volumes it has",
                () -> client.listVolumesCmd()
                        .withFilter("label", List.of(label))
                        .exec());
        return Optional.ofNullable(found.getVolumes()).orElse(List.of());
    }

    /** Empty if the container no longer exists. */
    Optional<InspectContainerResponse> container(String id) {
        try {
            return Optional.of(EngineAnswer.to(
                    "what container " + id + " is",
                    () -> client.inspectContainerCmd(id).exec()));
        } catch (NotFoundException gone) {
            return Optional.empty();
        }
    }

    /** Empty if the image no longer exists because somebody removed it by force. */
    Optional<InspectImageResponse> image(String id) {
        try {
            return Optional.of(EngineAnswer.to(
                    "what image " + id + " is", () -> client.inspectImageCmd(id).exec()));
        } catch (NotFoundException gone) {
            return Optional.empty();
        }
    }

    /** Empty if nothing changed or the container no longer exists. */
    List<ChangeLog> changes(String id) {
        try {
            var changes = EngineAnswer.to(
                    "what container " + id + " changed",
                    () -> client.containerDiffCmd(id).exec());
            return Optional.ofNullable(changes).orElse(List.of());
        } catch (NotFoundException gone) {
            return List.of();
        }
    }

    /** A tar of a directory of the container. @throws DockerException if the directory does not exist */
    InputStream archive(String id, String path) {
        return EngineAnswer.to(
                "what " + path + " of container " + id + " holds",
                () -> client.copyArchiveFromContainerCmd(id, path).exec());
    }

    @Override
    public void close() throws IOException {
        client.close();
    }
}
