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
 * The engine, asked and never told: each of these calls is a GET, but for what the images can be told. Where no answer comes each throws {@link
 * dev.mayfly.runtime.RuntimeUnavailable}.
 */
final class EngineReader implements Closeable {
    /** Sizes and differences of a large container take the engine a while. */
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final DockerClient client;
    private final boolean local;

    private EngineReader(DockerClient client, boolean local) {
        this.client = client;
        this.local = local;
    }

    /** @param host empty: {@code DOCKER_HOST}, the current context, the default socket; @throws Refusal */
    static EngineReader connect(Optional<String> host) {
        try {
            var address = EngineConnector.address(host);
            return new EngineReader(EngineConnector.client(host, PATIENCE), "unix".equals(address.getScheme()));
        } catch (RuntimeException unreachable) {
            throw Unreachable.refusal(host, unreachable);
        }
    }

    /** Whether the engine's directories may be those of this machine. */
    boolean local() {
        return local;
    }

    /** All containers, whatever their state, with the sizes of their writable layers. */
    List<Container> containers() {
        return EngineAnswer.to(
                "which containers it has",
                () -> client.listContainersCmd()
                        .withShowAll(true)
                        .withShowSize(true)
                        .exec());
    }

    /** Its images; only {@code mayfly rmi} does more than read them. */
    ImageStore images() {
        return EngineImages.of(client);
    }

    /** Containers that carry a label, whatever its value and their state. */
    List<Container> labelled(String label) {
        return EngineAnswer.to(
                "which containers it has",
                () -> client.listContainersCmd()
                        .withShowAll(true)
                        .withLabelFilter(List.of(label))
                        .exec());
    }

    /** Networks that carry a label, whatever its value. */
    List<Network> networks(String label) {
        return EngineAnswer.to(
                "which networks it has",
                () -> client.listNetworksCmd()
                        .withFilter("label", List.of(label))
                        .exec());
    }

    /** Volumes that carry a label, whatever its value. */
    List<InspectVolumeResponse> volumes(String label) {
        var found = EngineAnswer.to(
                "which volumes it has",
                () -> client.listVolumesCmd()
                        .withFilter("label", List.of(label))
                        .exec());
        return Optional.ofNullable(found.getVolumes()).orElse(List.of());
    }

    /** Empty where it went meanwhile. */
    Optional<InspectContainerResponse> container(String id) {
        try {
            return Optional.of(EngineAnswer.to(
                    "what container " + id + " is",
                    () -> client.inspectContainerCmd(id).exec()));
        } catch (NotFoundException gone) {
            return Optional.empty();
        }
    }

    /** Empty where it was removed by force. */
    Optional<InspectImageResponse> image(String id) {
        try {
            return Optional.of(EngineAnswer.to(
                    "what image " + id + " is", () -> client.inspectImageCmd(id).exec()));
        } catch (NotFoundException gone) {
            return Optional.empty();
        }
    }

    /** Empty where nothing changed, or the container went meanwhile. */
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

    /** A tar of a directory of the container. @throws DockerException where it is not there */
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
