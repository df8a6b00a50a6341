package dev.mayfly.node.kubelet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mayfly.node.kubelet.FakeContainers.Process;
import dev.mayfly.runtime.ContainerAccess.ExecRequest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code exec} and {@code attach} by a client that speaks SPDY as kubectl does. */
@Timeout(120)
class RemoteCommandTest {
    private static final String EXEC = "/exec/shop/web-3/web?command=";
    private static final Duration LONG = Duration.ofMinutes(2);
    private static final int LARGE = 20 * 1024 * 1024;

    @RegisterExtension
    final KubeletFixture kubelet = new KubeletFixture();

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void aCommandSOutputAndSuccessArrive() throws Exception {
        kubelet.containers.program = process -> {
            process.out(bytes("to stdout"));
            process.err(bytes("to stderr"));
            return 0;
        };
        try (var client = kubelet.spdy(EXEC + "ls&command=-l&output=1&error=1")) {
            assertThat(client.status).contains("101");
            var error = client.stream("streamtype", "error");
            var stdout = client.stream("streamtype", "stdout");
            var stderr = client.stream("streamtype", "stderr");
            client.readUntilEnded(error, stdout, stderr);

            assertThat(client.text(stdout)).isEqualTo("to stdout");
            assertThat(client.text(stderr)).isEqualTo("to stderr");
            assertThat(client.text(error)).isEqualTo("{\"metadata\":{},\"status\":\"Success\"}");
            assertThat(kubelet.containers.execs)
                    .containsExactly(new ExecRequest(List.of("ls", "-l"), false, true, true, false));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 137})
    void anExitCodeIsAStatus(int code) throws Exception {
        kubelet.containers.program = process -> code;
        try (var client = kubelet.spdy("/exec/shop/web-3/pod-uid/web?command=x&output=1")) {
            var stdout = client.stream("streamtype", "stdout");
            var error = client.stream("streamtype", "error");
            client.readUntilEnded(error, stdout);

            assertThat(client.text(error))
                    .contains(
                            "\"status\":\"Failure\"",
                            "\"reason\":\"NonZeroExitCode\"",
                            "{\"reason\":\"ExitCode\",\"message\":\"" + code + "\"}");
        }
    }

    @Test
    void aCommandThatTheEngineRefusesIsAnErrorStatus() throws Exception {
        try (var client = kubelet.spdy(EXEC + "missing&output=1")) {
            var error = client.stream("streamtype", "error");
            var stdout = client.stream("streamtype", "stdout");
            client.readUntilEnded(error, stdout);

            assertThat(client.text(error)).contains("InternalError", "executable file not found in $PATH");
        }
    }

    @Test
    void theEndOfTheInputReachesTheProcess() throws Exception {
        kubelet.containers.program = process -> {
            var count = 0;
            for (byte[] part; (part = process.read()) != null; ) {
                count += part.length;
            }
            process.out(bytes("read " + count));
            return 0;
        };
        try (var client = kubelet.spdy(EXEC + "wc&input=1&output=1")) {
            var error = client.stream("streamtype", "error");
            var stdin = client.stream("streamtype", "stdin");
            var stdout = client.stream("streamtype", "stdout");
            client.write(stdin, bytes("12345"), false);
            client.write(stdin, new byte[0], true);
            client.readUntilEnded(error, stdout);

            assertThat(client.text(stdout)).isEqualTo("read 5");
        }
    }

    @Test
    void manyBytesGoBothWaysAtOnceAndArriveWhole() throws Exception {
        kubelet.containers.program = RemoteCommandTest::echo;
        var content = new byte[LARGE];
        new Random(1).nextBytes(content);
        try (var client = kubelet.spdy(EXEC + "cat&input=1&output=1")) {
            var error = client.stream("streamtype", "error");
            var stdin = client.stream("streamtype", "stdin");
            var stdout = client.stream("streamtype", "stdout");
            var writer = Thread.ofVirtual().start(() -> writeAll(client, stdin, content, new AtomicLong()));
            client.readUntilEnded(error, stdout);
            writer.join();

            assertThat(sha(client.bytes(stdout))).isEqualTo(sha(content));
            assertThat(client.text(error)).contains("Success");
        }
    }

    private static int echo(Process process) throws IOException, InterruptedException {
        for (byte[] part; (part = process.read()) != null; ) {
            process.out(part);
        }
        return 0;
    }

    private static void writeAll(SpdyClient client, int stream, byte[] content, AtomicLong written) {
        var part = 32 * 1024;
        try {
            for (var i = 0; i < content.length; i += part) {
                client.write(stream, Arrays.copyOfRange(content, i, i + part), false);
                written.addAndGet(part);
            }
            client.write(stream, new byte[0], true);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String sha(byte[] content) throws Exception {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
    }

    @Test
    void aProcessWaitsForAClientThatDoesNotRead() throws Exception {
        var part = new byte[64 * 1024];
        kubelet.containers.program = process -> {
            for (var sent = 0; sent < 2 * LARGE; sent += part.length) {
                process.out(part);
            }
            return 0;
        };
        try (var client = kubelet.spdy(EXEC + "yes&output=1")) {
            var error = client.stream("streamtype", "error");
            var stdout = client.stream("streamtype", "stdout");
            await().until(() -> !kubelet.containers.open.isEmpty());
            var process = kubelet.containers.open.keys().nextElement();
            FakeContainers.awaitStandstill(process.written);

            assertThat(process.written.get()).isLessThan(LARGE);
            client.readUntilEnded(error, stdout);
            assertThat(client.bytes(stdout)).hasSize(2 * LARGE);
        }
    }

    @Test
    void aClientWaitsForAProcessThatDoesNotRead() throws Exception {
        var begin = new CountDownLatch(1);
        var read = new AtomicLong();
        kubelet.containers.program = process -> {
            begin.await();
            for (byte[] part; (part = process.read()) != null; ) {
                read.addAndGet(part.length);
            }
            return 0;
        };
        var content = new byte[2 * LARGE];
        try (var client = kubelet.spdy(EXEC + "slow&input=1&output=1")) {
            var error = client.stream("streamtype", "error");
            var stdin = client.stream("streamtype", "stdin");
            client.stream("streamtype", "stdout");
            var written = new AtomicLong();
            var writer = Thread.ofVirtual().start(() -> writeAll(client, stdin, content, written));
            FakeContainers.awaitStandstill(written);

            assertThat(written.get()).isPositive().isLessThan(LARGE);
            begin.countDown();
            client.readUntilEnded(error);
            writer.join();
            assertThat(read.get()).isEqualTo(content.length);
        }
    }

    @Test
    void aProcessThatEndsWithInputLeftEndsTheCommand() throws Exception {
        kubelet.containers.program = process -> {
            process.read();
            return 3;
        };
        try (var client = kubelet.spdy(EXEC + "head&input=1&output=1")) {
            var error = client.stream("streamtype", "error");
            var stdin = client.stream("streamtype", "stdin");
            client.stream("streamtype", "stdout");
            var writer = Thread.ofVirtual().start(() -> writeAll(client, stdin, new byte[LARGE], new AtomicLong()));
            client.readUntilEnded(error);
            writer.join();

            assertThat(client.text(error)).contains("\"message\":\"3\"");
        }
    }

    @Test
    void aTerminalGetsItsSizes() throws Exception {
        kubelet.containers.program = process -> {
            process.out(bytes(process.sizes.take() + " " + process.sizes.take()));
            return 0;
        };
        try (var client = kubelet.spdy(EXEC + "top&output=1&error=1&tty=1")) {
            var error = client.stream("streamtype", "error");
            var stdout = client.stream("streamtype", "stdout");
            var resize = client.stream("streamtype", "resize");
            client.write(resize, bytes("{\"Width\":90,\"Height\":25}\n{\"Width\":0,\"Height\":1}"), false);
            client.write(resize, bytes("{\"Wid"), false);
            client.write(resize, bytes("th\":120,\"Height\":40}\n"), false);
            client.readUntilEnded(error, stdout);

            assertThat(client.text(stdout)).isEqualTo("90x25 120x40");
            assertThat(kubelet.containers.execs)
                    .containsExactly(new ExecRequest(List.of("top"), false, true, false, true));
        }
    }

    @Test
    void whatIsNoSizeEndsNothing() throws Exception {
        kubelet.containers.program = process -> {
            process.read();
            return 0;
        };
        try (var client = kubelet.spdy(EXEC + "sh&input=1&output=1&tty=1")) {
            var error = client.stream("streamtype", "error");
            var stdin = client.stream("streamtype", "stdin");
            client.stream("streamtype", "stdout");
            var resize = client.stream("streamtype", "resize");
            client.write(resize, bytes("{\"Width\":" + "9".repeat(5000) + "[[[["), false);
            for (var more = 0; more < 20; more++) {
                client.write(resize, new byte[32 * 1024], false);
            }
            client.write(stdin, bytes("x"), true);
            client.readUntilEnded(error);

            assertThat(client.text(error)).contains("Success");
        }
    }

    @Test
    void attachSucceedsAtTheOutputSEnd() throws Exception {
        kubelet.containers.program = process -> {
            process.out(bytes("from PID 1"));
            return 9;
        };
        try (var client = kubelet.spdy("/attach/shop/web-3/web?output=1")) {
            var error = client.stream("streamtype", "error");
            var stdout = client.stream("streamtype", "stdout");
            client.readUntilEnded(error, stdout);

            assertThat(client.text(stdout)).isEqualTo("from PID 1");
            assertThat(client.text(error)).contains("Success");
        }
    }

    @Test
    void aClientThatLeavesClosesTheEngineSConnection() throws Exception {
        var process = running();
        process.client().close();

        await().atMost(Duration.ofSeconds(50)).until(() -> kubelet.containers.open.isEmpty());
        assertThat(process.process().closed.getCount()).isZero();
    }

    @Test
    void aServerThatStopsEndsCommandsWithAnError() throws Exception {
        var process = running();
        try (var client = process.client()) {
            var stopping = Thread.ofVirtual().start(kubelet.server::close);
            client.readUntilEnded(1, 3);

            assertThat(client.text(1)).contains("Failure", "the operator stops");
            client.close();
            stopping.join();
        }
        assertThat(kubelet.server.port()).isZero();
    }

    private record Running(SpdyClient client, Process process) {}

    private Running running() throws Exception {
        kubelet.containers.program = FakeContainers.UNTIL_CLOSED;
        var client = kubelet.spdy(EXEC + "sleep&output=1");
        client.stream("streamtype", "error");
        client.stream("streamtype", "stdout");
        await().until(() -> !kubelet.containers.open.isEmpty());
        return new Running(client, kubelet.containers.open.keys().nextElement());
    }

    /** As many, at the pace of a machine on which so many handshakes at once take long. */
    private static Limits patient(Limits limits) {
        return new Limits(
                limits.connections(),
                limits.strangers(),
                limits.streams(),
                limits.places(),
                LONG,
                LONG,
                LONG,
                limits.ping(),
                limits.idle());
    }

    @Test
    void twoHundredCommandsRunAtOnce() throws Exception {
        var count = 200;
        var all = new CountDownLatch(count);
        kubelet.restart(patient(Limits.DEFAULT));
        kubelet.containers.program = process -> {
            all.countDown();
            all.await();
            process.out(bytes(process.command.getLast()));
            return Integer.parseInt(process.command.getLast());
        };
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var runs = new ArrayList<Future<String>>();
            for (var i = 1; i <= count; i++) {
                var code = i;
                runs.add(threads.submit(() -> {
                    try (var client = kubelet.spdy(EXEC + "exit&command=" + code + "&output=1")) {
                        var error = client.stream("streamtype", "error");
                        var stdout = client.stream("streamtype", "stdout");
                        client.readUntilEnded(error, stdout);
                        return client.text(stdout) + client.text(error);
                    }
                }));
            }
            for (var i = 1; i <= count; i++) {
                assertThat(runs.get(i - 1).get()).startsWith(i + "{").contains("\"message\":\"" + i + "\"");
            }
        }
        await().until(() -> kubelet.containers.open.isEmpty());
    }
}
