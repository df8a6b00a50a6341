package dev.mayfly.runtime.docker.access;

import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.exception.NotFoundException;
import dev.mayfly.core.model.Replica;
import dev.mayfly.core.model.ReplicaId;
import dev.mayfly.core.model.Text;
import dev.mayfly.runtime.ContainerAccess;
import dev.mayfly.runtime.RuntimeUnavailable;
import dev.mayfly.runtime.docker.access.ConnectedProcess.Control;
import dev.mayfly.runtime.docker.container.HealthReader;
import dev.mayfly.runtime.docker.engine.Engine;
import dev.mayfly.runtime.docker.engine.EngineAnswer;
import dev.mayfly.runtime.docker.engine.EngineWords;
import dev.mayfly.runtime.support.ReplicaIndex;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Supplier;

/** Access to the containers of one engine. Streams go by connections of their own, for which nothing is buffered. */
public final class DockerAccess implements ContainerAccess {
    private static final Duration INFO_AGE = Duration.ofMinutes(1);

    private final Supplier<Engine> engine;
    private final ReplicaIndex index;
    private final Supplier<EgressState> egress;
    private volatile KnownEngine latest;

    /** @param at {@link System#nanoTime} */
    private record KnownEngine(EngineDescription info, long at) {
        boolean isFresh() {
            return System.nanoTime() - at < INFO_AGE.toNanos();
        }
    }

    private interface Call<T> {
        T get() throws IOException;
    }

    /**
     * @param engine the connected engine; throws {@link RuntimeUnavailable} if there is none
     * @param egress as {@link EngineDescription#egress}
     */
    public DockerAccess(Supplier<Engine> engine, ReplicaIndex index, Supplier<EgressState> egress) {
        this.engine = engine;
        this.index = index;
        this.egress = egress;
    }

    @Override
    public void logs(ReplicaId replica, LogRequest request, OutputStream to) throws IOException {
        var container = container(replica);
        var tty = tty(inspect(replica, container));
        var log = new ContainerLog(request);
        try (var answer = of(replica, () -> engine.get().dialer().get(log.path(container), request.follow()))) {
            log.copy(answer.input(), tty, to);
        }
    }

    @Override
    public ContainerProcess exec(ReplicaId replica, ExecRequest request) throws IOException {
        var container = container(replica);
        var connected = engine();
        var exec = of(
                replica,
                () -> connected
                        .client()
                        .execCreateCmd(container)
                        .withCmd(request.command().toArray(String[]::new))
                        .withAttachStdin(request.stdin())
                        .withAttachStdout(request.stdout())
                        .withAttachStderr(request.stderr() && !request.tty())
                        .withTty(request.tty())
                        .exec()
                        .getId());
        var start = "{\"Detach\":false,\"Tty\":%s}".formatted(request.tty());
        var connection = of(replica, () -> connected.dialer().hijack("/exec/" + exec + "/start", start));
        return new ConnectedProcess(connection, request.tty(), true, new Control() {
            @Override
            public boolean resize(int columns, int rows) throws IOException {
                return resized(() -> connected
                        .client()
                        .resizeExecCmd(exec)
                        .withSize(rows, columns)
                        .exec());
            }

            @Override
            public OptionalInt exitCode() throws IOException {
                return of(replica, () -> connected.exitCode(exec));
            }
        });
    }

    @Override
    public ContainerProcess attach(ReplicaId replica, AttachRequest request) throws IOException {
        var container = container(replica);
        var inspected = inspect(replica, container);
        if (!runs(inspected)) {
            throw new Refused("the container does not run"); // the engine would wait for its start
        }
        var tty = tty(inspected);
        var endsInput = !tty && Boolean.TRUE.equals(inspected.getConfig().getStdInOnce());
        var connected = engine();
        var path = "/containers/%s/attach?stream=1&stdin=%d&stdout=%d&stderr=%d"
                .formatted(
                        container, request.stdin() ? 1 : 0, request.stdout() ? 1 : 0, request.stderr() && !tty ? 1 : 0);
        var connection = of(replica, () -> connected.dialer().hijack(path, ""));
        return new ConnectedProcess(connection, tty, endsInput, new Control() {
            @Override
            public boolean resize(int columns, int rows) throws IOException {
                return resized(() -> connected
                        .client()
                        .resizeContainerCmd(container)
                        .withSize(rows, columns)
                        .exec());
            }

            @Override
            public OptionalInt exitCode() {
                throw new IllegalStateException("the exit of PID 1 is observed, not asked for");
            }
        });
    }

    @Override
    public Optional<InetAddress> address(ReplicaId replica) throws IOException {
        var container = containerId(replica);
        if (container.isEmpty()) {
            return Optional.empty();
        }
        var address = of(replica, () -> engine.get().container(container.get()))
                .filter(DockerAccess::runs)
                .map(HealthReader::address)
                .filter(some -> !some.isEmpty());
        return address.isEmpty() ? Optional.empty() : Optional.of(InetAddress.getByName(address.get()));
    }

    @Override
    public Optional<Usage> usage(ReplicaId replica) throws IOException {
        var container = containerId(replica);
        var started = index.find(replica).flatMap(Replica::startedAt);
        if (container.isEmpty() || started.isEmpty()) {
            return Optional.empty();
        }
        try (var answer = of(replica, () -> engine.get().dialer().get(ContainerStats.path(container.get()), false))) {
            return ContainerStats.read(answer.input(), started.get());
        } catch (NoContainer removed) {
            return Optional.empty();
        }
    }

    @Override
    public Optional<String> containerId(ReplicaId replica) {
        return index.container(replica);
    }

    @Override
    public EngineDescription info() throws IOException {
        var known = latest;
        if (known == null || !known.isFresh()) {
            known = new KnownEngine(answered(this::ask), System.nanoTime());
            latest = known;
        }
        return known.info().with(egress.get());
    }

    private EngineDescription ask() {
        var client = engine.get().client();
        var version = client.versionCmd().exec();
        var machine = client.infoCmd().exec();
        return new EngineDescription(
                text(version.getVersion()),
                text(machine.getOperatingSystem()),
                text(version.getKernelVersion()),
                text(version.getArch()),
                text(machine.getOsType()),
                Objects.requireNonNullElse(machine.getNCPU(), 1),
                Objects.requireNonNullElse(machine.getMemTotal(), 0L),
                EgressState.UNKNOWN);
    }

    private static String text(String known) {
        return Objects.requireNonNullElse(known, "");
    }

    private String container(ReplicaId replica) throws NoContainer {
        return containerId(replica).orElseThrow(() -> new NoContainer(replica));
    }

    private Engine engine() throws IOException {
        return answered(engine::get);
    }

    private InspectContainerResponse inspect(ReplicaId replica, String container) throws IOException {
        return of(replica, () -> engine.get().container(container)).orElseThrow(() -> new NoContainer(replica));
    }

    private static boolean tty(InspectContainerResponse container) {
        return Boolean.TRUE.equals(container.getConfig().getTty());
    }

    private static boolean runs(InspectContainerResponse container) {
        return Boolean.TRUE.equals(container.getState().getRunning());
    }

    /** The engine refuses to resize the terminal of a process that does not run. */
    private static boolean resized(Runnable call) throws IOException {
        try {
            return answered(() -> {
                call.run();
                return true;
            });
        } catch (Refused notRunning) {
            return false;
        }
    }

    /** The engine's answer about a replica's container. */
    private static <T> T of(ReplicaId replica, Call<T> call) throws IOException {
        return answered(() -> {
            try {
                return call.get();
            } catch (NotFoundException removed) {
                throw new NoContainer(replica);
            }
        });
    }

    private static <T> T answered(Call<T> call) throws IOException {
        try {
            return call.get();
        } catch (DockerException refused) {
            throw new Refused(Text.shortened(Text.escaped(EngineWords.of(refused)), Refused.LONGEST));
        } catch (RuntimeUnavailable silent) {
            throw new IOException(silent.getMessage(), silent);
        } catch (RuntimeException failed) {
            if (EngineAnswer.isDefect(failed)) {
                throw failed;
            }
            throw new IOException("the engine did not answer: " + EngineWords.of(failed), failed);
        }
    }
}
