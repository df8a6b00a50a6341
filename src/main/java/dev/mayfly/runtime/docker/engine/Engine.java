package dev.mayfly.runtime.docker.engine;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.async.ResultCallback;
import com.github.dockerjava.api.command.CreateContainerCmd;
import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.command.InspectImageResponse;
import com.github.dockerjava.api.command.PullImageCmd;
import com.github.dockerjava.api.command.WaitContainerResultCallback;
import com.github.dockerjava.api.exception.ConflictException;
import com.github.dockerjava.api.exception.DockerClientException;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.exception.NotModifiedException;
import com.github.dockerjava.api.model.AuthConfig;
import com.github.dockerjava.api.model.Container;
import com.github.dockerjava.api.model.ContainerNetwork;
import com.github.dockerjava.api.model.Event;
import com.github.dockerjava.api.model.Image;
import com.github.dockerjava.api.model.ImageHistory;
import com.github.dockerjava.core.NameParser;
import dev.mayfly.core.model.OwnerId;
import dev.mayfly.core.model.Template.Requests;
import dev.mayfly.runtime.Ownership;
import dev.mayfly.runtime.docker.engine.EngineConnector.EngineClients;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * Calls to one reachable engine, and nothing else. A call throws
 * {@link com.github.dockerjava.api.exception.DockerException} if the engine refused, and any other exception if it is
 * unknown whether the engine carried the call out.
 */
public final class Engine implements Closeable {
    /** Those of a replica's life, and those of what other clients do; an exec has two more. */
    private static final String[] EVENTS = {
        "start",
        "die",
        "oom",
        "destroy",
        "rename",
        "health_status",
        "exec_die",
        "pause",
        "unpause",
        "update",
        "kill",
        "commit",
        "extract-to-dir"
    };

    /** A killed process that has not ended after this time hangs in the kernel. */
    private static final Duration EXIT_TIMEOUT = Duration.ofSeconds(20);
    /** A log that takes longer is cut off there. */
    private static final Duration TAIL_PATIENCE = Duration.ofSeconds(5);

    /**
     * Bytes of a command's output after which no more are read: more of it costs the engine up to two cores, which the
     * limits of the container don't restrict.
     */
    private static final long MOST_PRINTED = 1 << 20;

    private final EngineClients clients;
    private final DockerClient calls;
    private final String cluster;
    private final Requests total;
    private final Containerd containerd;

    /** @param total CPUs and memory of the engine's machine */
    public Engine(EngineClients clients, String cluster, Requests total, Containerd containerd) {
        this.total = total;
        this.containerd = containerd;
        this.clients = clients;
        this.calls = clients.calls();
        this.cluster = cluster;
    }

    public void ping() {
        clients.pings().pingCmd().exec();
    }

    /** CPUs and memory of the engine's machine. */
    public Requests total() {
        return total;
    }

    public Containerd containerd() {
        return containerd;
    }

    public DockerClient client() {
        return calls;
    }

    public DockerClient archives() {
        return clients.archives();
    }

    /** Connections for the streams of containers. */
    public EngineDialer dialer() {
        return clients.dialer();
    }

    /** A client without timeout, for calls such as the removal of a large image. */
    public DockerClient withoutTimeout() {
        return clients.streams();
    }

    public List<Container> containers() {
        return calls.listContainersCmd()
                .withShowAll(true)
                .withLabelFilter(Map.of(Ownership.CLUSTER, cluster))
                .exec();
    }

    /** The name of a container in the list; empty while the container is being removed. */
    public static Optional<String> name(Container listed) {
        return Optional.ofNullable(listed.getNames())
                .filter(names -> names.length > 0)
                .map(names -> names[0].substring(1));
    }

    /** Containers that carry the workload's UID, regardless of who created them. */
    public List<Container> containersOf(OwnerId owner) {
        return calls.listContainersCmd()
                .withShowAll(true)
                .withLabelFilter(Map.of(Ownership.CLUSTER, cluster, Ownership.OWNER_UID, owner.uid()))
                .exec();
    }

    /** @throws EngineJson.Unreadable if its description can't be read */
    public Optional<InspectContainerResponse> container(String nameOrId) {
        try {
            return Optional.of(
                    EngineJson.read(() -> calls.inspectContainerCmd(nameOrId).exec()));
        } catch (NotFoundException gone) {
            return Optional.empty();
        }
    }

    /** @throws EngineJson.Unreadable if its description can't be read */
    public Optional<InspectImageResponse> image(String reference) {
        try {
            return Optional.of(
                    EngineJson.read(() -> calls.inspectImageCmd(reference).exec()));
        } catch (NotFoundException absent) {
            return Optional.empty();
        }
    }

    /** Steps that made the image, newest first; none of one that was imported into containerd's image store. */
    public List<ImageHistory> history(String id) {
        var history = EngineJson.read(() -> calls.imageHistoryCmd(id).exec());
        return Objects.requireNonNullElse(history, List.of());
    }

    /** Bytes that each image shares with others, by its ID; empty: the engine does not tell, as before API 1.42. */
    public Map<String, Long> sharedSizes() {
        return SharedSizes.of(calls);
    }

    /** Content IDs of all images on the engine, regardless of who pulled them. */
    public Set<String> imageIds() {
        return calls.listImagesCmd().withShowAll(true).exec().stream()
                .map(Image::getId)
                .collect(Collectors.toSet());
    }

    /** @param login empty: anonymous, even if the user of this machine is logged in */
    public PullImageCmd pull(String reference, Optional<AuthConfig> login) {
        var name = NameParser.parseRepositoryTag(reference);
        var pull = clients.pulls().pullImageCmd(name.repos).withAuthConfig(login.orElseGet(AuthConfig::new));
        return reference.contains("@") ? pull : pull.withTag(name.tag.isEmpty() ? "latest" : name.tag);
    }

    /** A tar of the container's files at the path. @throws NotFoundException if the path does not exist */
    public InputStream archive(String container, String path) {
        return calls.copyArchiveFromContainerCmd(container, path).exec();
    }

    /** The last lines that the container wrote to stdout and stderr, limited to their last bytes. */
    public String tail(String container, int lines, int bytes) {
        try (var tail = new OutputTail(bytes)) {
            calls.logContainerCmd(container)
                    .withStdOut(true)
                    .withStdErr(true)
                    .withTail(lines)
                    .exec(tail);
            tail.awaitCompletion(TAIL_PATIENCE.toSeconds(), TimeUnit.SECONDS);
            return tail.text();
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(stopping);
        } catch (IOException closing) {
            throw new UncheckedIOException(closing);
        }
    }

    public CreateContainerCmd create(String image) {
        return calls.createContainerCmd(image);
    }

    public void start(String container) {
        try {
            calls.startContainerCmd(container).exec();
        } catch (NotModifiedException running) {
            // another client started the container: it runs as requested
        }
    }

    /** Freezes the container's processes. Succeeds if they are frozen. */
    public void pause(String container) {
        unlessDone(() -> calls.pauseContainerCmd(container).exec(), "already paused");
    }

    /** Succeeds if the container's processes are not frozen. */
    public void unpause(String container) {
        unlessDone(() -> calls.unpauseContainerCmd(container).exec(), "not paused");
    }

    /** Succeeds if the container has that name. */
    public void rename(String container, String name) {
        unlessDone(() -> calls.renameContainerCmd(container).withName(name).exec(), "same name as its current name");
    }

    /** Succeeds if the container is in the network, then with the endpoint that it has there. */
    public void connect(String container, String network, ContainerNetwork endpoint) {
        unlessDone(
                () -> calls.connectToNetworkCmd()
                        .withContainerId(container)
                        .withNetworkId(network)
                        .withContainerNetwork(endpoint)
                        .exec(),
                "already exists in network");
    }

    /** Succeeds if the container is not in the network. */
    public void disconnect(String container, String network) {
        unlessDone(
                () -> calls.disconnectFromNetworkCmd()
                        .withContainerId(container)
                        .withNetworkId(network)
                        .withForce(true)
                        .exec(),
                "is not connected to");
    }

    /** The engine has no status of its own for a state that is as requested. */
    private static void unlessDone(Runnable call, String done) {
        try {
            call.run();
        } catch (DockerException refused) {
            if (!String.valueOf(refused.getMessage()).contains(done)) {
                throw refused;
            }
        }
    }

    /** False if the container does not run. */
    public boolean signal(String container, String signal) {
        try {
            calls.killContainerCmd(container).withSignal(signal).exec();
            return true;
        } catch (NotFoundException | ConflictException notRunning) {
            return false;
        }
    }

    /** Kills the container if it runs, and returns when its process has ended. */
    public void end(String container) {
        if (signal(container, "SIGKILL")) {
            clients.streams()
                    .waitContainerCmd(container)
                    .exec(new WaitContainerResultCallback())
                    .awaitStatusCode(EXIT_TIMEOUT.toSeconds(), TimeUnit.SECONDS);
        }
    }

    /** Waits for the end of the container's process. @return true if it still runs after that time */
    public boolean outlasts(String container, Duration time) {
        try (var end = clients.streams().waitContainerCmd(container).exec(new WaitContainerResultCallback())) {
            end.awaitStatusCode(time.toMillis(), TimeUnit.MILLISECONDS);
            return false;
        } catch (NotFoundException gone) {
            return false;
        } catch (DockerClientException late) {
            return true;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Starts a command in a container, as the container's user and in its environment. It may have failed to start: that
     * shows at its end. No more than 1 MiB of its output is read.
     *
     * @param bytes how many bytes of its output are kept at most
     * @throws NotFoundException if the container is gone
     * @throws ConflictException if the container does not run
     */
    public RunningCommand begin(String container, List<String> command, int bytes) {
        var exec = calls.execCreateCmd(container)
                .withCmd(command.toArray(String[]::new))
                .withAttachStdout(true)
                .withAttachStderr(true)
                .exec()
                .getId();
        return new RunningCommand(
                exec, clients.commands().execStartCmd(exec).exec(new OutputTail(bytes, MOST_PRINTED)));
    }

    /** Empty while the command runs. @throws NotFoundException if its container is gone */
    public OptionalInt exitCode(String exec) {
        var state = calls.inspectExecCmd(exec).exec();
        return Boolean.TRUE.equals(state.isRunning()) || state.getExitCodeLong() == null
                ? OptionalInt.empty()
                : OptionalInt.of(state.getExitCodeLong().intValue());
    }

    /** True from when the command's process was made, also after its end. @throws NotFoundException if its container is gone */
    public boolean hasStarted(String exec) {
        var state = calls.inspectExecCmd(exec).exec();
        return Boolean.FALSE.equals(state.isRunning()) && state.getExitCodeLong() != null
                || state.getPidLong() != null && state.getPidLong() > 0;
    }

    /** ID of the command's process, as the engine's machine counts; empty if it has ended. */
    public OptionalLong process(String exec) {
        var state = calls.inspectExecCmd(exec).exec();
        return Boolean.TRUE.equals(state.isRunning()) && state.getPidLong() != null
                ? OptionalLong.of(state.getPidLong())
                : OptionalLong.empty();
    }

    /**
     * Size of the container's writable layer in bytes, as the engine counts it: files without content count nothing. The
     * engine looks through the layer for each call.
     *
     * @return empty if the container is gone
     */
    public OptionalLong layerSize(String container) {
        try {
            var size =
                    calls.inspectContainerCmd(container).withSize(true).exec().getSizeRw();
            return OptionalLong.of(size == null ? 0 : size);
        } catch (NotFoundException gone) {
            return OptionalLong.empty();
        }
    }

    /** The first changes in the container's layer; empty if the container is gone. */
    public Optional<LayerChanges> changes(String container) {
        return LayerChanges.of(calls, container);
    }

    /**
     * Kills the container if it runs, and removes it with its anonymous volumes. Succeeds if it is absent or being
     * removed.
     */
    public void remove(String container) {
        try {
            calls.removeContainerCmd(container)
                    .withForce(true)
                    .withRemoveVolumes(true)
                    .exec();
        } catch (NotFoundException gone) {
            // it is being removed as requested
        } catch (ConflictException removing) {
            if (!String.valueOf(removing.getMessage()).contains("already in progress")) {
                throw removing;
            }
        }
    }

    public Closeable events(ResultCallback<Event> callback) {
        return clients.streams()
                .eventsCmd()
                .withEventTypeFilter("container")
                .withEventFilter(EVENTS)
                .withLabelFilter(Ownership.CLUSTER + "=" + cluster)
                .exec(callback);
    }

    @Override
    public void close() throws IOException {
        clients.close();
    }
}
