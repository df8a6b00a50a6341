package dev.mayfly.testing.engine;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.async.ResultCallback;
import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.model.Container;
import com.github.dockerjava.api.model.Network;
import com.github.dockerjava.core.DefaultDockerClientConfig;
import com.github.dockerjava.core.DockerClientImpl;
import com.github.dockerjava.zerodep.ZerodepDockerHttpClient;
import java.util.List;
import java.util.Map;

/** Calls the engine directly, as a user of {@code docker} would. */
public final class Docker {
    private static final DockerClient CLIENT = connect();

    private Docker() {}

    public static DockerClient client() {
        return CLIENT;
    }

    /** All containers with these labels, dead ones too. */
    public static List<Container> containers(Map<String, String> labels) {
        return CLIENT.listContainersCmd()
                .withShowAll(true)
                .withLabelFilter(labels)
                .exec();
    }

    public static InspectContainerResponse inspect(Container container) {
        return CLIENT.inspectContainerCmd(container.getId()).exec();
    }

    /** {@code NAME=value}; empty where the container is gone. */
    public static List<String> environment(String container) {
        try {
            return List.of(
                    CLIENT.inspectContainerCmd(container).exec().getConfig().getEnv());
        } catch (NotFoundException gone) {
            return List.of();
        }
    }

    /** Runs a command in a container, as root, and waits for it. @return its exit code */
    public static long exec(String container, String... command) {
        return CLIENT.inspectExecCmd(executed(container, command)).exec().getExitCodeLong();
    }

    /** Runs a command, as root, of which PID 1 ends: that may take the command along, so its exit code says nothing. */
    public static void end(String container, String... command) {
        executed(container, command);
    }

    /** @return its ID */
    private static String executed(String container, String... command) {
        var exec = CLIENT.execCreateCmd(container)
                .withCmd(command)
                .withAttachStdout(true)
                .exec()
                .getId();
        try {
            CLIENT.execStartCmd(exec).exec(new ResultCallback.Adapter<>()).awaitCompletion();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        return exec;
    }

    public static List<Network> networks(Map<String, String> labels) {
        return CLIENT.listNetworksCmd()
                .withFilter(
                        "label",
                        labels.entrySet().stream()
                                .map(l -> l.getKey() + "=" + l.getValue())
                                .toList())
                .exec();
    }

    /** Removes what a test left behind, if anything. */
    public static void removeAll(Map<String, String> labels) {
        containers(labels)
                .forEach(container -> quietly(() -> CLIENT.removeContainerCmd(container.getId())
                        .withForce(true)
                        .withRemoveVolumes(true)
                        .exec()));
        networks(labels)
                .forEach(network ->
                        quietly(() -> CLIENT.removeNetworkCmd(network.getId()).exec()));
    }

    private static void quietly(Runnable removal) {
        try {
            removal.run();
        } catch (DockerException gone) {
            // another client was faster
        }
    }

    private static DockerClient connect() {
        var config = DefaultDockerClientConfig.createDefaultConfigBuilder().build();
        return DockerClientImpl.getInstance(
                config,
                new ZerodepDockerHttpClient.Builder()
                        .dockerHost(config.getDockerHost())
                        .maxConnections(64)
                        .build());
    }
}
