package dev.mayfly.runtime.docker.access;

import static dev.mayfly.core.model.Samples.NOON;
import static dev.mayfly.core.model.Samples.id;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mayfly.core.model.OwnerId;
import dev.mayfly.core.model.ReplicaId;
import dev.mayfly.runtime.ContainerAccess.Abandoned;
import dev.mayfly.runtime.ContainerAccess.AttachRequest;
import dev.mayfly.runtime.ContainerAccess.EgressState;
import dev.mayfly.runtime.ContainerAccess.EngineDescription;
import dev.mayfly.runtime.ContainerAccess.ExecRequest;
import dev.mayfly.runtime.ContainerAccess.LogRequest;
import dev.mayfly.runtime.ContainerAccess.NoContainer;
import dev.mayfly.runtime.ContainerAccess.Refused;
import dev.mayfly.runtime.ContainerAccess.Usage;
import dev.mayfly.runtime.RuntimeUnavailable;
import dev.mayfly.runtime.docker.Settings;
import dev.mayfly.runtime.docker.engine.Engine;
import dev.mayfly.runtime.docker.engine.EngineConnector;
import dev.mayfly.runtime.support.ReplicaIndex;
import dev.mayfly.runtime.support.RunningReplicas;
import dev.mayfly.testing.engine.StreamEngine;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.io.TempDir;

/** Access to a container of an engine that answers as prepared. */
@Timeout(value = 60, threadMode = ThreadMode.SEPARATE_THREAD)
class DockerAccessTest {
    private static final ReplicaId ID = id(0, 1);
    private static final LogRequest ALL =
            new LogRequest(false, OptionalInt.empty(), Optional.empty(), false, OptionalLong.empty());
    private static final ExecRequest SHELL = new ExecRequest(List.of("sh", "-c", "x"), true, true, true, false);

    private static final CompletableFuture<Void> STAYS = new CompletableFuture<>();

    @TempDir
    Path folder;

    private final ReplicaIndex index = new ReplicaIndex();
    private final ByteArrayOutputStream stdout = new ByteArrayOutputStream();
    private final ByteArrayOutputStream stderr = new ByteArrayOutputStream();
    private EgressState egress = EgressState.UNKNOWN;
    private StreamEngine fake;
    private Engine engine;
    private DockerAccess access;

    @BeforeEach
    void connect() {
        fake = new StreamEngine(folder.resolve("engine.sock"));
        engine = new EngineConnector(Settings.of("c0ffee", fake.address())).connect();
        access = new DockerAccess(() -> engine, index, () -> egress);
        RunningReplicas.withContainer(index, ID, "c1");
        inspected(true, false, false);
    }

    @AfterEach
    void disconnect() throws IOException {
        engine.close();
        fake.close();
    }

    private void inspected(boolean running, boolean tty, boolean stdinOnce) {
        fake.answer("GET /containers/c1/json", """
                {"Id":"c1","Config":{"Tty":%s,"StdinOnce":%s},"State":{"Running":%s},
                 "NetworkSettings":{"Networks":{"n":{"IPAddress":"10.192.0.2"}}}}""".formatted(tty, stdinOnce, running));
    }

    @Test
    void logsAreCopiedAsTheyCome() throws IOException {
        fake.on("GET /containers/c1/logs", line -> {
            line.say("HTTP/1.1 200 OK\r\n\r\n");
            line.frame(1, "one\n");
            line.frame(2, "two\n");
        });

        access.logs(ID, ALL, stdout);

        assertThat(stdout.toString(UTF_8)).isEqualTo("one\ntwo\n");
        assertThat(fake.calls()).last().asString().contains("tail=all").contains("follow=0");
    }

    @Test
    void theLogOfATerminalHasNoFrames() throws IOException {
        inspected(true, true, false);
        fake.on("GET /containers/c1/logs", line -> line.say("HTTP/1.1 200 OK\r\n\r\nraw\r\n"));

        access.logs(ID, ALL, stdout);

        assertThat(stdout.toString(UTF_8)).isEqualTo("raw\r\n");
    }

    @Test
    void whoCanWriteNoMoreEndsTheLog() {
        fake.on("GET /containers/c1/logs", line -> {
            line.say("HTTP/1.1 200 OK\r\n\r\n");
            while (true) {
                line.frame(1, "more\n");
            }
        });
        var broken = new OutputStream() {
            @Override
            public void write(int octet) throws IOException {
                throw new IOException("pipe broken");
            }
        };

        assertThatThrownBy(() -> access.logs(ID, ALL, broken)).hasMessage("pipe broken");
    }

    @Test
    void aReplicaWithoutContainerHasNone() throws IOException {
        var unknown = id(7, 1);

        assertThatThrownBy(() -> access.logs(unknown, ALL, stdout)).isInstanceOf(NoContainer.class);
        assertThatThrownBy(() -> access.exec(unknown, SHELL, STAYS)).isInstanceOf(NoContainer.class);
        assertThatThrownBy(() -> access.attach(unknown, new AttachRequest(true, true, true), STAYS))
                .isInstanceOf(NoContainer.class);
        assertThat(access.containerId(unknown)).isEmpty();
        assertThat(access.address(unknown)).isEmpty();
        assertThat(access.usage(unknown)).isEmpty();
    }

    @Test
    void aContainerThatIsGoneIsNone() throws IOException {
        fake.answer("GET /containers/c1/json", 404, "{\"message\":\"No such container: c1\"}");

        assertThatThrownBy(() -> access.logs(ID, ALL, stdout)).isInstanceOf(NoContainer.class);
        assertThatThrownBy(() -> access.exec(ID, SHELL, STAYS)).isInstanceOf(NoContainer.class);
        assertThat(access.address(ID)).isEmpty();
        assertThat(access.usage(ID)).isEmpty();
    }

    @Test
    void aCommandHasItsStreamsAndItsExitCode() throws IOException {
        fake.answer("POST /containers/c1/exec", "{\"Id\":\"x1\"}");
        fake.on("POST /exec/x1/start", line -> {
            line.upgraded();
            line.frame(1, "heard " + line.hear());
            line.frame(2, "and warned");
        });
        var asked = new AtomicInteger();
        fake.on("GET /exec/x1/json", line -> {
            var runs = asked.incrementAndGet() < 3;
            var json = "{\"Running\":" + runs + ",\"ExitCode\":" + (runs ? "null" : "42") + "}";
            line.say("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: " + json.length() + "\r\n\r\n" + json);
        });

        try (var process = access.exec(ID, SHELL, STAYS)) {
            process.write("hello".getBytes(UTF_8), 0, 5);
            process.closeInput();
            process.copyOutput(stdout, stderr);

            assertThat(process.tty()).isFalse();
            assertThat(process.exitCode()).isEqualTo(42);
        }
        assertThat(stdout.toString(UTF_8)).isEqualTo("heard hello");
        assertThat(stderr.toString(UTF_8)).isEqualTo("and warned");
        assertThat(asked).hasValueGreaterThanOrEqualTo(3);
    }

    @Test
    void aNamespaceHasHalfOfThePlacesForCommandsUntilTheyHaveStarted() throws Exception {
        var other = new ReplicaId(new OwnerId("EphemeralWorkload", "other", "web", "u2"), 0, 1);
        RunningReplicas.withContainer(index, other, "c2");
        fake.answer("POST /containers/c2/exec", "{\"Id\":\"x1\"}");
        var process = beginFourCommands(STAYS);
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var fifth = threads.submit(() -> access.exec(ID, SHELL, STAYS));

            access.exec(other, SHELL, STAYS).close();
            assertThat(fifth).isNotDone();
            assertThat(commands()).hasSize(4);
            assertThat(access.address(ID))
                    .as("no mirror Pod waits for commands")
                    .isPresent();

            process.set(7);
            fifth.get().close();
        }
    }

    @Test
    void whatWaitsForAPlaceIsNotDoneOnceItsClientHasLeft() throws Exception {
        var process = beginFourCommands(STAYS);
        var left = new CompletableFuture<Void>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var command = threads.submit(() -> access.exec(ID, SHELL, left));
            var attachment = threads.submit(() -> access.attach(ID, new AttachRequest(true, true, true), left));
            assertThat(command).isNotDone();

            left.complete(null);
            assertAbandoned(command);
            assertAbandoned(attachment);
            process.set(7);
            access.exec(ID, SHELL, STAYS).close();
        }
        assertThat(commands()).hasSize(5);
        assertThat(fake.calls()).noneMatch(call -> call.contains("/c1/json") || call.contains("/attach"));
    }

    private static void assertAbandoned(Future<?> call) {
        assertThatThrownBy(call::get).isInstanceOf(ExecutionException.class).hasCauseInstanceOf(Abandoned.class);
    }

    @Test
    void aCommandThatBeginsKeepsItsPlaceAlthoughItsClientLeaves() throws Exception {
        var left = new CompletableFuture<Void>();
        var process = beginFourCommands(left);
        left.complete(null);
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var fifth = threads.submit(() -> access.exec(ID, SHELL, STAYS));
            assertThatThrownBy(() -> fifth.get(300, TimeUnit.MILLISECONDS)).isInstanceOf(TimeoutException.class);

            process.set(7);
            fifth.get().close();
        }
    }

    /** Commands whose clients have left while the engine has yet to start them. @return the ID of their process then */
    private AtomicInteger beginFourCommands(CompletableFuture<Void> left) throws IOException {
        fake.answer("POST /containers/c1/exec", "{\"Id\":\"x1\"}");
        fake.on("POST /exec/x1/start", line -> {
            line.upgraded();
            line.hear();
        });
        var process = new AtomicInteger();
        fake.on("GET /exec/x1/json", line -> {
            var json = "{\"Running\":true,\"Pid\":" + process + "}";
            line.say("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: " + json.length() + "\r\n\r\n" + json);
        });
        for (var i = 0; i < 4; i++) {
            access.exec(ID, SHELL, left).close();
        }
        return process;
    }

    private List<String> commands() {
        return fake.calls().stream().filter(call -> call.contains("/c1/exec")).toList();
    }

    @Test
    void aTerminalIsResizedOnceItsCommandRuns() throws IOException {
        fake.answer("POST /containers/c1/exec", "{\"Id\":\"x1\"}");
        fake.on("POST /exec/x1/start", line -> {
            line.upgraded();
            line.say("raw " + line.hear());
        });
        var asked = new AtomicInteger();
        fake.on("POST /exec/x1/resize", line -> {
            var status = asked.incrementAndGet() < 3 ? "500 X" : "200 OK";
            line.say("HTTP/1.1 " + status + "\r\nConnection: close\r\nContent-Length: 2\r\n\r\n{}");
        });

        try (var process = access.exec(ID, new ExecRequest(List.of("sh"), true, true, true, true), STAYS)) {
            process.resize(120, 40);
            process.closeInput();
            process.copyOutput(stdout, stderr);

            assertThat(process.tty()).isTrue();
        }
        assertThat(stdout.toString(UTF_8)).isEqualTo("raw ");
        assertThat(asked).hasValue(3);
        assertThat(fake.calls())
                .anySatisfy(call -> assertThat(call).contains("h=40").contains("w=120"));
    }

    @Test
    void whatTheEngineRefusesHasItsPrintableWords() {
        fake.answer("POST /containers/c1/exec", 409, "{\"message\":\"Container c1 is not running\u001b\"}");

        assertThatThrownBy(() -> access.exec(ID, SHELL, STAYS))
                .isInstanceOf(Refused.class)
                .hasMessageStartingWith("Container c1 is not running")
                .hasMessageNotContaining("\u001b");
    }

    @Test
    void onlyAContainerMadeForOneInputIsToldOfItsEnd() throws IOException {
        fake.on("POST /containers/c1/attach", line -> {
            line.upgraded();
            line.frame(1, "heard " + line.hear(4));
        });

        inspected(true, false, false);
        try (var process = access.attach(ID, new AttachRequest(true, true, true), STAYS)) {
            process.closeInput();
            process.write("more".getBytes(UTF_8), 0, 4);
            process.copyOutput(stdout, stderr);
            assertThatThrownBy(process::exitCode).isInstanceOf(IllegalStateException.class);
        }
        assertThat(stdout.toString(UTF_8)).isEqualTo("heard more");

        inspected(true, false, true);
        try (var process = access.attach(ID, new AttachRequest(true, true, true), STAYS)) {
            process.closeInput();
            assertThatThrownBy(() -> process.write("more".getBytes(UTF_8), 0, 4))
                    .isInstanceOf(IOException.class);
        }
    }

    @Test
    void oneThatDoesNotRunCanNotBeAttachedToAndHasNoAddress() throws IOException {
        assertThat(access.address(ID)).contains(InetAddress.getByName("10.192.0.2"));
        inspected(false, false, false);

        assertThat(access.address(ID)).isEmpty();
        assertThatThrownBy(() -> access.attach(ID, new AttachRequest(false, true, true), STAYS))
                .isInstanceOf(Refused.class)
                .hasMessageContaining("does not run");
    }

    @Test
    void whatItUsesIsMeasuredOnce() throws IOException {
        fake.answer("GET /containers/c1/stats", """
                {"read":"2026-01-01T12:00:01Z","cpu_stats":{"cpu_usage":{"total_usage":42}},
                 "memory_stats":{"usage":1000,"stats":{"inactive_file":1}}}""");

        assertThat(access.usage(ID)).contains(new Usage(42, 999, NOON.plusSeconds(1), NOON));
        assertThat(fake.calls()).last().asString().endsWith("?stream=false&one-shot=true");
    }

    @Test
    void theEngineIsDescribedFromMemoryForAMinute() throws IOException {
        var expected = new EngineDescription(
                "20.10.24", "Debian", "6.1.0", "amd64", "linux", 4, 1_000_000_000, EgressState.UNKNOWN);
        assertThat(access.info()).isEqualTo(expected);
        var calls = fake.calls().size();

        egress = EgressState.CLOSED;
        assertThat(access.info()).isEqualTo(expected.with(EgressState.CLOSED));
        assertThat(fake.calls()).hasSize(calls);
    }

    @Test
    void anEngineThatIsNotThereIsAnInputError() {
        var unavailable = new DockerAccess(
                () -> {
                    throw new RuntimeUnavailable("The engine is being connected to", null);
                },
                index,
                () -> EgressState.UNKNOWN);

        assertThatThrownBy(() -> unavailable.logs(ID, ALL, stdout))
                .isInstanceOf(IOException.class)
                .hasMessage("The engine is being connected to");
        assertThatThrownBy(unavailable::info).isInstanceOf(IOException.class);
    }
}
