package dev.mayfly.runtime.docker.access;

import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.exception.NotFoundException;
import dev.mayfly.core.model.Replica;
import dev.mayfly.core.model.ReplicaId;
import dev.mayfly.core.model.Text;
import dev.mayfly.fair.Budget;
import dev.mayfly.fair.Delays;
import dev.mayfly.runtime.ContainerAccess;
import dev.mayfly.runtime.RuntimeUnavailable;
import dev.mayfly.runtime.docker.access.CallPlaces.Place;
import dev.mayfly.runtime.docker.access.ConnectedProcess.Control;
import dev.mayfly.runtime.docker.container.HealthReader;
import dev.mayfly.runtime.docker.engine.Engine;
import dev.mayfly.runtime.docker.engine.EngineAnswer;
import dev.mayfly.runtime.docker.engine.EngineWords;
import dev.mayfly.runtime.docker.engine.RawConnection;
import dev.mayfly.runtime.support.ReplicaIndex;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jboss.logging.Logger;
import org.jboss.logging.Logger.Level;

/**
 * Access to the containers of one engine. Streams go by connections of their own, for which nothing is buffered; the
 * calls that precede or follow them, and the starts of commands, share {@link CallPlaces}.
 */
public final class DockerAccess implements ContainerAccess {
    private static final Logger LOG = Logger.getLogger(DockerAccess.class);
    private static final Duration INFO_AGE = Duration.ofMinutes(1);
    /** A busy engine takes seconds to start a command; one that takes longer does not answer at all. */
    private static final Duration START = Duration.ofSeconds(10);

    private static final Duration LOOK = Duration.ofMillis(50);
    /** Of the terminals of a workload's replicas: as many as a window has that is dragged for two seconds. */
    private static final int SIZES_AT_ONCE = 40;

    private static final int SIZES_PER_SECOND = 2;

    private final Supplier<Engine> engine;
    private final ReplicaIndex index;
    private final Supplier<EgressState> egress;
    private final CallPlaces places = new CallPlaces();
    private final Budget sizes = new Budget(SIZES_PER_SECOND, SIZES_AT_ONCE, System::nanoTime);
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
        var tty = tty(inspect(replica, container, new CompletableFuture<>()));
        var log = new ContainerLog(request);
        try (var answer = of(replica, () -> engine.get().dialer().get(log.path(container), request.follow()))) {
            log.copy(answer.input(), tty, to);
        }
    }

    @Override
    public ContainerProcess exec(ReplicaId replica, ExecRequest request, CompletableFuture<Void> left)
            throws IOException {
        var container = container(replica);
        var place = places.enter(replica.owner(), left);
        try {
            var connected = engine();
            var exec = of(replica, () -> create(connected, container, request));
            var start = "{\"Detach\":false,\"Tty\":%s}".formatted(request.tty());
            var connection = of(replica, () -> connected.dialer().hijack("/exec/" + exec + "/start", start));
            look(place, connected, exec, System.nanoTime() + START.toNanos());
            return process(replica, connection, request.tty(), true, command(replica, connected, exec));
        } catch (IOException | RuntimeException failed) {
            place.close();
            throw failed;
        }
    }

    private static String create(Engine connected, String container, ExecRequest request) {
        return connected
                .client()
                .execCreateCmd(container)
                .withCmd(request.command().toArray(String[]::new))
                .withAttachStdin(request.stdin())
                .withAttachStdout(request.stdout())
                .withAttachStderr(request.stderr() && !request.tty())
                .withTty(request.tty())
                .exec()
                .getId();
    }

    /** The engine answers before it starts the command, which is what costs: its client may have left by then. */
    private static void leaveOnceStarted(Place place, Engine connected, String exec, long deadline) {
        if (hasStarted(connected, exec) || System.nanoTime() - deadline >= 0) {
            place.close();
            return;
        }
        Delays.after(LOOK, () -> look(place, connected, exec, deadline));
    }

    private static void look(Place place, Engine connected, String exec, long deadline) {
        Thread.ofVirtual().name("command-start").start(() -> leaveOnceStarted(place, connected, exec, deadline));
    }

    private static boolean hasStarted(Engine connected, String exec) {
        try {
            return connected.hasStarted(exec);
        } catch (RuntimeException unknown) {
            var level = EngineAnswer.isDefect(unknown) ? Level.ERROR : Level.DEBUG;
            LOG.logf(level, unknown, "it is not known whether a command has started");
            return true;
        }
    }

    private Control command(ReplicaId replica, Engine connected, String exec) {
        return new Control() {
            @Override
            public boolean resize(int columns, int rows) throws IOException {
                return resized(
                        replica,
                        () -> connected
                                .client()
                                .resizeExecCmd(exec)
                                .withSize(rows, columns)
                                .exec());
            }

            @Override
            public OptionalInt exitCode() throws IOException {
                try (var place = places.enter(replica.owner())) {
                    return of(replica, () -> connected.exitCode(exec));
                }
            }
        };
    }

    @Override
    public ContainerProcess attach(ReplicaId replica, AttachRequest request, CompletableFuture<Void> left)
            throws IOException {
        var container = container(replica);
        var inspected = inspect(replica, container, left);
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
        return process(replica, connection, tty, endsInput, new Control() {
            @Override
            public boolean resize(int columns, int rows) throws IOException {
                return resized(
                        replica,
                        () -> connected
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

    private ConnectedProcess process(
            ReplicaId replica, RawConnection connection, boolean tty, boolean endsInput, Control control) {
        return new ConnectedProcess(connection, tty, endsInput, control, () -> sizes.delay(replica.owner()));
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

    private InspectContainerResponse inspect(ReplicaId replica, String container, CompletableFuture<Void> left)
            throws IOException {
        try (var place = places.enter(replica.owner(), left)) {
            return of(replica, () -> engine.get().container(container)).orElseThrow(() -> new NoContainer(replica));
        }
    }

    private static boolean tty(InspectContainerResponse container) {
        return Boolean.TRUE.equals(container.getConfig().getTty());
    }

    private static boolean runs(InspectContainerResponse container) {
        return Boolean.TRUE.equals(container.getState().getRunning());
    }

    /** The engine refuses to resize the terminal of a process that does not run. */
    private boolean resized(ReplicaId replica, Runnable call) throws IOException {
        try (var place = places.enter(replica.owner())) {
            var set = answered(() -> {
                call.run();
                return true;
            });
            sizes.spend(replica.owner(), 1);
            return set;
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
