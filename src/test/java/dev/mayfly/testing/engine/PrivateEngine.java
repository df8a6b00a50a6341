package dev.mayfly.testing.engine;

import static org.awaitility.Awaitility.await;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.model.Container;
import com.github.dockerjava.core.DefaultDockerClientConfig;
import com.github.dockerjava.core.DockerClientImpl;
import com.github.dockerjava.zerodep.ZerodepDockerHttpClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;

/**
 * A Docker Engine of a test's own on this host, which may be stopped and started again. It has a network namespace of its own,
 * where a second engine does no harm; nothing leads out of it.
 */
public final class PrivateEngine implements AutoCloseable {
    /** Short: the path of a socket has 107 characters at most. */
    private final Path directory = Files.createTempDirectory("mayfly-engine");

    private final DockerClient client;
    private Process process;

    /** Starts it. @param images that it gets from the engine that all tests share */
    public PrivateEngine(String... images) throws IOException {
        var config = DefaultDockerClientConfig.createDefaultConfigBuilder()
                .withDockerHost(address())
                .build();
        client = DockerClientImpl.getInstance(
                config,
                new ZerodepDockerHttpClient.Builder()
                        .dockerHost(config.getDockerHost())
                        .build());
        start();
        for (var image : images) {
            try (var archive = Docker.client().saveImageCmd(image).exec()) {
                client.loadImageCmd(archive).exec();
            }
        }
    }

    /** For {@code DOCKER_HOST}. */
    public String address() {
        return "unix://" + directory.resolve("docker.sock");
    }

    public DockerClient client() {
        return client;
    }

    /** All that there are, dead ones too. */
    public List<Container> containers() {
        return client.listContainersCmd().withShowAll(true).exec();
    }

    /** Returns when it answers. */
    public void start() throws IOException {
        process = new ProcessBuilder(
                        "unshare",
                        "--net",
                        "dockerd",
                        "--host=" + address(),
                        "--data-root=" + directory.resolve("data"),
                        "--exec-root=" + directory.resolve("run"),
                        "--pidfile=" + directory.resolve("pid"),
                        "--iptables=false")
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile()))
                .start();
        Runtime.getRuntime().addShutdownHook(new Thread(process::destroy));
        await("an engine of the test's own; its log is " + log())
                .pollInterval(Duration.ofMillis(50))
                .failFast(() -> !process.isAlive())
                .ignoreExceptions()
                .until(() -> client.pingCmd().exec() == null);
    }

    /** As {@code systemctl stop docker}: its containers are stopped. Returns when it is gone. */
    public void stop() {
        process.destroy();
        process.onExit().join();
    }

    /** As {@code kill -9}: its containers run on until it is started again. */
    public void kill() throws IOException {
        var containerd = process.children().toList();
        process.destroyForcibly();
        process.onExit().join();
        containerd.forEach(
                child -> child.onExit().join()); // a moment later: who starts meanwhile would wait for it in vain
        Files.deleteIfExists(directory.resolve("pid"));
    }

    private static Path log() throws IOException {
        return Files.createDirectories(Path.of("target", "operator-logs")).resolve("private-engine.log");
    }

    @Override
    public void close() throws IOException {
        containers().forEach(this::remove);
        client.close();
        stop();
        endOrphans();
        unmount();
        try (var all = Files.walk(directory)) {
            for (var path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }

    private void remove(Container container) {
        try {
            client.removeContainerCmd(container.getId()).withForce(true).exec();
        } catch (DockerException busy) {
            // a start that was cut off left it mounted: it goes with the directory
        }
    }

    /** Containers that were being started when an engine ended have a shim that no engine knows. */
    private void endOrphans() {
        ProcessHandle.allProcesses()
                .filter(any -> any.info()
                        .commandLine()
                        .filter(words -> words.contains("containerd-shim") && words.contains(directory + "/"))
                        .isPresent())
                .forEach(shim -> {
                    shim.descendants().forEach(ProcessHandle::destroyForcibly);
                    shim.destroyForcibly();
                    shim.onExit().join();
                });
    }

    /** Unmounts everything that an engine leaves mounted when it ends. */
    private void unmount() throws IOException {
        for (var mount : Files.readAllLines(Path.of("/proc/mounts")).reversed()) {
            var place = mount.split(" ")[1];
            if (place.startsWith(directory + "/")) {
                new ProcessBuilder("umount", place).start().onExit().join();
            }
        }
    }
}
