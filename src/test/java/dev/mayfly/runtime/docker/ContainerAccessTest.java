package dev.mayfly.runtime.docker;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.mayfly.core.model.Launch;
import dev.mayfly.core.model.Launch.Priority;
import dev.mayfly.core.model.OwnerId;
import dev.mayfly.core.model.Phase;
import dev.mayfly.core.model.Replica;
import dev.mayfly.core.model.ReplicaId;
import dev.mayfly.core.model.Template;
import dev.mayfly.runtime.ContainerAccess;
import dev.mayfly.runtime.ContainerAccess.AttachRequest;
import dev.mayfly.runtime.ContainerAccess.ContainerProcess;
import dev.mayfly.runtime.ContainerAccess.EgressState;
import dev.mayfly.runtime.ContainerAccess.ExecRequest;
import dev.mayfly.runtime.ContainerAccess.LogRequest;
import dev.mayfly.runtime.ContainerAccess.NoContainer;
import dev.mayfly.runtime.ContainerAccess.Refused;
import dev.mayfly.runtime.ContainerAccess.Usage;
import dev.mayfly.runtime.ImageEngine.ImageGate;
import dev.mayfly.runtime.Ownership;
import dev.mayfly.runtime.docker.access.DockerAccess;
import dev.mayfly.runtime.docker.engine.Engine;
import dev.mayfly.runtime.docker.engine.EngineConnector;
import dev.mayfly.runtime.docker.engine.EngineSettings;
import dev.mayfly.runtime.support.ReplicaIndex;
import dev.mayfly.runtime.support.RunningReplicas;
import dev.mayfly.testing.engine.Docker;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.zip.CRC32;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Streams into and out of replicas of a real engine. */
@Tag("engine")
@Timeout(value = 120, threadMode = ThreadMode.SEPARATE_THREAD)
class ContainerAccessTest {
    private static final Duration LONG = Duration.ofSeconds(60);
    private static final String STAYS = "while :; do sleep 1; done";
    private static final CompletableFuture<Void> HERE = new CompletableFuture<>();
    private static final LogRequest ALL = log(false, OptionalInt.empty(), OptionalLong.empty());

    private final OwnerId owner =
            new OwnerId("EphemeralWorkload", "access", "web", UUID.randomUUID().toString());
    private final EngineSettings settings =
            Settings.of(UUID.randomUUID().toString().replace("-", "").substring(0, 12));
    private final ReplicaId id = new ReplicaId(owner, 0, 1);
    private final ByteArrayOutputStream stdout = new ByteArrayOutputStream();
    private final ByteArrayOutputStream stderr = new ByteArrayOutputStream();
    private DockerRuntime docker;
    private Engine engine;
    private ContainerAccess access;

    @BeforeEach
    void connect() {
        engine = new EngineConnector(settings).connect();
        docker = new DockerRuntime(settings, Optional.empty(), InstantSource.system());
        docker.imageEngine().orElseThrow().gate(ImageGate.OPEN);
        docker.start();
        access = docker.access().orElseThrow();
    }

    @AfterEach
    void leaveNothingBehind() throws IOException {
        docker.close();
        engine.close();
        Docker.removeAll(Map.of(Ownership.CLUSTER, settings.cluster()));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 3, 7})
    void exitCodesAreExact(int code) throws IOException {
        running(STAYS);
        assertThat(access.address(id)).as("it has no network").isEmpty();

        assertThat(run("cat; exit " + code)).as("its input is empty").isEqualTo(code);
    }

    @Test
    void outputAndErrorsAreApart() throws IOException {
        running(STAYS);

        assertThat(run("echo out; echo err >&2")).isZero();
        assertThat(stdout.toString(UTF_8)).isEqualTo("out\n");
        assertThat(stderr.toString(UTF_8)).isEqualTo("err\n");
    }

    @Test
    void aCommandSeesTheEndOfItsInput() throws IOException {
        running(STAYS);

        try (var process = access.exec(id, new ExecRequest(List.of("wc", "-c"), true, true, true, false), HERE)) {
            process.write("hello".getBytes(UTF_8), 0, 5);
            process.closeInput();
            process.copyOutput(stdout, stderr);

            assertThat(process.exitCode()).isZero();
        }
        assertThat(stdout.toString(UTF_8).strip()).isEqualTo("5");
    }

    @Test
    void aTerminalHasTheSizeThatItWasGiven() throws IOException {
        running(STAYS);

        var shell = List.of("sh", "-c", "read line; stty size; exit 9");
        try (var process = access.exec(id, new ExecRequest(shell, true, true, true, true), HERE)) {
            process.resize(90, 25);
            process.resize(120, 40);
            process.write("go\n".getBytes(UTF_8), 0, 3);
            process.copyOutput(stdout, OutputStream.nullOutputStream());

            assertThat(process.tty()).isTrue();
            assertThat(process.exitCode()).isEqualTo(9);
        }
        assertThat(stdout.toString(UTF_8)).contains("40 120");
    }

    @Test
    void aCommandThatDoesNotExistHasItsCode() throws IOException {
        running(STAYS);

        try (var process = access.exec(id, new ExecRequest(List.of("/no/such"), false, true, true, false), HERE)) {
            process.copyOutput(stdout, stderr);
            assertThat(process.exitCode()).isIn(126, 127);
        }
    }

    @Test
    void fiftyMegabytesGoThroughUnchanged() throws IOException {
        running(STAYS);
        var random = new Random(7);
        var sent = new CRC32();
        var received = new CRC32();

        try (var process = access.exec(id, new ExecRequest(List.of("cat"), true, true, true, false), HERE)) {
            var copied = CompletableFuture.runAsync(
                    () -> copy(process, into(received)),
                    task -> Thread.ofVirtual().start(task));
            var block = new byte[1 << 20];
            for (var written = 0; written < 50; written++) {
                random.nextBytes(block);
                sent.update(block);
                process.write(block, 0, block.length);
            }
            process.closeInput();
            copied.join();
            assertThat(process.exitCode()).isZero();
        }
        assertThat(received.getValue()).isEqualTo(sent.getValue());
    }

    @Test
    void onlyARunningReplicaCanBeEntered() throws IOException {
        running("exit 3");
        awaitPhase(id, Phase.ENDED);

        assertThatThrownBy(() -> access.exec(id, new ExecRequest(List.of("true"), false, true, true, false), HERE))
                .isInstanceOf(Refused.class)
                .hasMessageContaining("not running");
        assertThatThrownBy(() -> access.attach(id, new AttachRequest(false, true, true), HERE))
                .isInstanceOf(Refused.class);
        assertThat(access.usage(id)).isEmpty();
        assertThat(access.address(id)).isEmpty();
        assertThat(access.containerId(id)).isPresent();
    }

    @Test
    void aReplicaThatNeverWasHasNoContainer() {
        assertThatThrownBy(() -> access.logs(id, ALL, stdout)).isInstanceOf(NoContainer.class);
        assertThatThrownBy(() -> access.exec(id, new ExecRequest(List.of("true"), false, true, true, false), HERE))
                .isInstanceOf(NoContainer.class);
        assertThat(access.containerId(id)).isEmpty();
    }

    @Test
    void logsAreCutAsAskedFor() throws IOException {
        running("for i in 1 2 3; do echo line$i; sleep 1; done; echo last >&2; " + STAYS);
        await().atMost(LONG).until(() -> logged(ALL).endsWith("last\n"));

        assertThat(logged(ALL)).isEqualTo("line1\nline2\nline3\nlast\n");
        assertThat(logged(log(false, OptionalInt.of(2), OptionalLong.empty()))).isEqualTo("line3\nlast\n");
        assertThat(logged(log(false, OptionalInt.of(0), OptionalLong.empty()))).isEmpty();
        assertThat(logged(log(false, OptionalInt.empty(), OptionalLong.of(8)))).isEqualTo("line1\nli");

        var stamped = logged(new LogRequest(false, OptionalInt.empty(), Optional.empty(), true, OptionalLong.empty()))
                .lines()
                .toList();
        assertThat(stamped).hasSize(4).first().asString().endsWith("Z line1");
        var third = Instant.parse(stamped.get(2).split(" ")[0]);
        assertThat(since(third)).isEqualTo("line3\nlast\n");
        assertThat(since(third.plusNanos(1))).isEqualTo("last\n");
    }

    @Test
    void aFollowedLogEndsWithItsReplica() throws IOException {
        running("echo first; sleep 2; echo second; exit 3");

        access.logs(id, log(true, OptionalInt.empty(), OptionalLong.empty()), stdout);

        assertThat(stdout.toString(UTF_8)).isEqualTo("first\nsecond\n");
        awaitPhase(id, Phase.ENDED);
    }

    @Test
    void thePredecessorsLogIsThereWhileItsContainerIs() throws IOException {
        running("echo before; exit 3");
        awaitPhase(id, Phase.ENDED);
        launch(id.next(), template("echo after; " + STAYS, Template.Network.Mode.None));
        awaitPhase(id.next(), Phase.RUNNING);

        assertThat(logged(ALL)).isEqualTo("before\n");
    }

    @Test
    void whoAttachesSeesWhatComes() throws IOException {
        running("while :; do echo tick; sleep 0.2; done");

        try (var process = access.attach(id, new AttachRequest(false, true, true), HERE)) {
            var copied = CompletableFuture.runAsync(
                    () -> copy(process, stdout), task -> Thread.ofVirtual().start(task));
            await().atMost(LONG).until(() -> stdout.toString(UTF_8).contains("tick\ntick\n"));
            process.close();

            assertThatThrownBy(copied::join).hasCauseInstanceOf(UncheckedIOException.class);
        }
        awaitPhase(id, Phase.RUNNING);
    }

    /** Replicas have no input of their own, so the container is made by hand. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whoAttachesCanWrite(boolean stdinOnce) throws IOException {
        var container = engine.create("busybox:1.36")
                .withCmd("sh", "-c", "read line; echo got $line; cat; echo over")
                .withStdinOpen(true)
                .withStdInOnce(stdinOnce)
                .withLabels(Map.of(Ownership.CLUSTER, settings.cluster()))
                .exec()
                .getId();
        engine.start(container);
        var index = new ReplicaIndex();
        RunningReplicas.withContainer(index, id, container);
        var access = new DockerAccess(() -> engine, index, () -> EgressState.UNKNOWN);
        try (var process = access.attach(id, new AttachRequest(true, true, true), HERE)) {
            var copied = CompletableFuture.runAsync(
                    () -> copy(process, stdout), task -> Thread.ofVirtual().start(task));
            process.write("hello\n".getBytes(UTF_8), 0, 6);
            process.closeInput();
            await().atMost(LONG).until(() -> stdout.toString(UTF_8).contains("got hello\n"));
            if (stdinOnce) {
                copied.join();
                assertThat(stdout.toString(UTF_8)).endsWith("over\n");
            } else {
                assertThat(copied).isNotDone();
            }
        }
    }

    @Test
    void theAddressIsReachable() throws IOException {
        launch(id, template("httpd -p 8080 -h /tmp; " + STAYS, Template.Network.Mode.Namespace));
        awaitPhase(id, Phase.RUNNING);

        var address = access.address(id).orElseThrow();

        await().atMost(LONG).ignoreExceptionsInstanceOf(IOException.class).untilAsserted(() -> {
            try (var socket = new Socket()) {
                socket.connect(new InetSocketAddress(address, 8080), 1000);
                assertThat(socket.isConnected()).isTrue();
            }
        });
    }

    @Test
    void whatItUsesGrows() throws IOException {
        running("while :; do :; done");
        var first = access.usage(id).orElseThrow();

        var later = await().atMost(LONG).until(this::usage, now -> now.cpuNanos() > first.cpuNanos() + 100_000_000);

        assertThat(later.at()).isAfter(first.at());
        assertThat(later.started()).isEqualTo(first.started());
        assertThat(later.workingSetBytes()).isPositive();
    }

    @Test
    void theEngineIsDescribed() throws IOException {
        var info = access.info();

        assertThat(info.version()).isNotEmpty();
        assertThat(info.osType()).isEqualTo("linux");
        assertThat(info.cpus()).isPositive();
        assertThat(info.memoryBytes()).isEqualTo(engine.total().memoryBytes());
        assertThat(List.of(info.kernel(), info.operatingSystem(), info.architecture()))
                .doesNotContain("");
    }

    private Usage usage() throws IOException {
        return access.usage(id).orElseThrow();
    }

    private int run(String script) throws IOException {
        try (var process =
                access.exec(id, new ExecRequest(List.of("sh", "-c", script), false, true, true, false), HERE)) {
            process.copyOutput(stdout, stderr);
            return process.exitCode();
        }
    }

    private void copy(ContainerProcess process, OutputStream to) {
        try {
            process.copyOutput(to, OutputStream.nullOutputStream());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static OutputStream into(CRC32 checksum) {
        return new OutputStream() {
            @Override
            public void write(int octet) {
                checksum.update(octet);
            }

            @Override
            public void write(byte[] bytes, int offset, int length) {
                checksum.update(bytes, offset, length);
            }
        };
    }

    private String logged(LogRequest request) throws IOException {
        var log = new ByteArrayOutputStream();
        access.logs(id, request, log);
        return log.toString(UTF_8);
    }

    private String since(Instant time) throws IOException {
        return logged(new LogRequest(false, OptionalInt.empty(), Optional.of(time), false, OptionalLong.empty()));
    }

    private static LogRequest log(boolean follow, OptionalInt tail, OptionalLong bytes) {
        return new LogRequest(follow, tail, Optional.empty(), false, bytes);
    }

    private void running(String script) {
        launch(id, template(script, Template.Network.Mode.None));
        awaitPhase(id, Phase.RUNNING, Phase.ENDED);
    }

    private static Template template(String script, Template.Network.Mode network) {
        return Templates.plain()
                .withImage(image -> image.withReference("busybox:1.36").withPullPolicy(Template.PullPolicy.Never))
                .withProcess(process -> process.withCommand(List.of("sh", "-c", script)))
                .withNetwork(n -> n.withMode(network).withPorts(List.of()))
                .withLifecycle(lifecycle -> lifecycle.withGrace(Duration.ZERO));
    }

    private void launch(ReplicaId replica, Template template) {
        docker.launch(new Launch(replica, "v1", template, 0, 0, Instant.now(), Priority.SCALE));
    }

    private void awaitPhase(ReplicaId replica, Phase... phases) {
        await().pollInterval(Duration.ofMillis(20))
                .atMost(LONG)
                .until(() -> docker.observe(owner, Instant.now())
                        .find(replica)
                        .map(Replica::phase)
                        .filter(phase -> Arrays.asList(phases).contains(phase))
                        .isPresent());
    }
}
