package dev.mayfly.runtime.docker.audit;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.core.DockerClientConfig;
import dev.mayfly.host.Host;
import dev.mayfly.host.Host.Snapshots;
import dev.mayfly.host.WritableLayer;
import dev.mayfly.runtime.docker.engine.Containerd;
import dev.mayfly.testing.ScriptedHost;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ContainerLayersTest {
    private static final Containerd CONTAINERD = new Containerd(Optional.of("/run/containerd.sock"), "moby");
    private static final WritableLayer FOUND =
            new WritableLayer(Path.of("/snapshots/9/fs"), List.of(Path.of("/snapshots/8/fs")), Set.of());

    /** Has layers of the container {@code c1} that containerd keeps. */
    private final Host host = ScriptedHost.of(Map.of(
            "layer",
            call -> call[0].equals("c1")
                            && call[1].equals(new Snapshots(Optional.of("/run/containerd.sock"), "moby", "overlayfs"))
                    ? Optional.of(FOUND)
                    : Optional.empty()));

    @Test
    void theEngineNamesTheDirectoriesOfOverlay2() throws IOException {
        var layers = layers("""
                {"Name": "overlay2", "Data": {"UpperDir": "/docker/9/diff", "LowerDir": "/docker/8/diff:/docker/7/diff"}}""");

        assertThat(layers.layer())
                .contains(new WritableLayer(
                        Path.of("/docker/9/diff"),
                        List.of(Path.of("/docker/8/diff"), Path.of("/docker/7/diff")),
                        Set.of()));
        assertThat(layers.seenBy(host, () -> CONTAINERD)).isSameAs(layers);
    }

    @Test
    void theMachineHasThoseOfContainerd() throws IOException {
        var layers = layers("{\"Name\": \"overlayfs\", \"Data\": null}");

        assertThat(layers.layer()).isEmpty();
        assertThat(layers.seenBy(host, () -> CONTAINERD).layer()).contains(FOUND);
    }

    @Test
    void theRemedySaysWhatIsMissing() throws IOException {
        var overlay = layers("{\"Name\": \"overlayfs\", \"Data\": null}");

        assertThat(overlay.remedy(false))
                .isEqualTo("As root on the engine's host, the layers themselves are compared.");
        assertThat(overlay.remedy(true)).contains("mount its data directory there", "ctr");
        assertThat(layers("{\"Name\": \"btrfs\", \"Data\": null}").remedy(true))
                .startsWith("The storage driver btrfs does not keep layers as directories");
    }

    @Test
    void anEngineThatDoesNotDescribeItsLayersHasNone() throws IOException {
        var layers = layers("null");

        assertThat(layers.seenBy(host, () -> CONTAINERD).layer()).isEmpty();
        assertThat(layers.remedy(true)).startsWith("The storage driver does not keep layers");
    }

    private static ContainerLayers layers(String driver) throws IOException {
        return ContainerLayers.of(DockerClientConfig.getDefaultObjectMapper()
                .readValue("""
                        {"Id": "c1", "State": {}, "Config": {}, "HostConfig": {}, "GraphDriver": %s}""".formatted(driver), InspectContainerResponse.class));
    }
}
