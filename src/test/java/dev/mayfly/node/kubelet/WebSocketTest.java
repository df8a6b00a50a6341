package dev.mayfly.node.kubelet;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mayfly.node.kubelet.FakeContainers.Process;
import dev.mayfly.runtime.ContainerAccess.ExecRequest;
import java.io.IOException;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Commands and forwarded ports for clients that speak WebSocket, which the API server passes through. */
@Timeout(120)
class WebSocketTest {
    private static final String EXEC = "/exec/shop/web-3/web?command=";
    private static final String V4 = "v4.channel.k8s.io";
    private static final String V5 = "v5.channel.k8s.io";
    private static final int STDIN = 0;
    private static final int STDOUT = 1;
    private static final int STDERR = 2;
    private static final int ERROR = 3;
    private static final int RESIZE = 4;
    private static final int CLOSE = 255;
    private static final byte[] END_OF_STDIN = {STDIN};
    private static final int LARGE = 10 * 1024 * 1024;
    private static final int PART = 32 * 1024;

    @RegisterExtension
    final KubeletFixture kubelet = new KubeletFixture();

    private WebSocketClient open(String path, String protocol) {
        return WebSocketClient.open(kubelet, path, protocol);
    }

    @ParameterizedTest
    @ValueSource(strings = {V4, V5})
    void aCommandSOutputAndSuccessArrive(String protocol) {
        kubelet.containers.program = process -> {
            process.out("to stdout".getBytes(UTF_8));
            process.err("to stderr".getBytes(UTF_8));
            return 0;
        };
        try (var client = open(EXEC + "ls&command=-l&output=1&error=1", protocol)) {
            assertThat(client.end()).isEqualTo(WebSocket.NORMAL_CLOSURE);

            assertThat(client.socket.getSubprotocol()).isEqualTo(protocol);
            assertThat(client.messages).startsWith(STDOUT, STDOUT).endsWith(ERROR);
            assertThat(client.text(STDOUT)).isEqualTo("to stdout");
            assertThat(client.text(STDERR)).isEqualTo("to stderr");
            assertThat(client.text(ERROR)).isEqualTo("{\"metadata\":{},\"status\":\"Success\"}");
            assertThat(kubelet.containers.execs)
                    .containsExactly(new ExecRequest(List.of("ls", "-l"), false, true, true, false));
        }
    }

    @Test
    void aFirstMessageWithoutBytesSaysThatTheCommandBegins() {
        kubelet.containers.program = process -> {
            process.closed.await();
            return 0;
        };
        try (var client = open(EXEC + "sleep&error=1&input=1", V4)) {
            await().until(() -> !client.messages.isEmpty());

            assertThat(client.messages).containsExactly(STDERR);
            assertThat(client.bytes(STDERR)).isEmpty();
        }
    }

    @Test
    void anExitCodeIsAStatus() {
        kubelet.containers.program = process -> 3;
        try (var client = open(EXEC + "x&output=1", V4)) {
            client.end();

            assertThat(client.text(ERROR))
                    .contains("\"reason\":\"NonZeroExitCode\"", "{\"reason\":\"ExitCode\",\"message\":\"3\"}");
        }
    }

    @ParameterizedTest
    @CsvSource({"channel.k8s.io", "''"})
    void theFirstProtocolHasNoStatusButASentence(String protocol) {
        kubelet.containers.program = process -> Integer.parseInt(process.command.getLast());
        try (var success = open(EXEC + "exit&command=0&output=1", protocol);
                var failure = open(EXEC + "exit&command=3&output=1", protocol)) {
            success.end();
            failure.end();

            assertThat(success.socket.getSubprotocol()).isEqualTo(protocol);
            assertThat(success.text(ERROR)).isEmpty();
            assertThat(failure.text(ERROR)).isEqualTo("command terminated with non-zero exit code: exit status 3");
        }
    }

    @Test
    void theEndOfTheInputReachesTheProcess() {
        kubelet.containers.program = WebSocketTest::count;
        try (var client = open(EXEC + "wc&input=1&output=1", V5)) {
            client.send(STDIN, "12345".getBytes(UTF_8));
            client.send(CLOSE, END_OF_STDIN);
            client.end();

            assertThat(client.text(STDOUT)).isEqualTo("read 5");
        }
    }

    private static int count(Process process) throws IOException, InterruptedException {
        var count = 0;
        for (byte[] part; (part = process.read()) != null; ) {
            count += part.length;
        }
        process.out(("read " + count).getBytes(UTF_8));
        return 0;
    }

    @Test
    void beforeVersion5NothingEndsTheInputAlone() {
        kubelet.containers.program = process -> {
            process.out(process.read());
            return 0;
        };
        try (var client = open(EXEC + "head&input=1&output=1", V4)) {
            client.send(CLOSE, END_OF_STDIN);
            client.send(9, "no such channel".getBytes(UTF_8));
            client.send(STDIN, "still there".getBytes(UTF_8));
            client.end();

            assertThat(client.text(STDOUT)).isEqualTo("still there");
        }
    }

    @Test
    void manyBytesGoBothWaysAtOnceAndArriveWhole() {
        kubelet.containers.program = process -> {
            for (byte[] part; (part = process.read()) != null; ) {
                process.out(part);
            }
            return 0;
        };
        var content = new byte[LARGE];
        new Random(1).nextBytes(content);
        try (var client = open(EXEC + "cat&input=1&output=1", V5)) {
            client.sendAll(STDIN, content, PART);
            client.send(CLOSE, END_OF_STDIN);
            client.end();

            assertThat(client.bytes(STDOUT)).isEqualTo(content);
            assertThat(client.text(ERROR)).contains("Success");
        }
    }

    @Test
    void aMessageMayHaveManyFrames() {
        kubelet.containers.program = WebSocketTest::count;
        try (var client = open(EXEC + "wc&input=1&output=1", V5)) {
            client.socket.sendBinary(ByteBuffer.allocate(0), false).join();
            client.socket
                    .sendBinary(ByteBuffer.wrap(new byte[] {STDIN, 'a'}), false)
                    .join();
            for (var i = 0; i < 4; i++) {
                client.socket
                        .sendBinary(ByteBuffer.allocate(Upgrade.FRAME_BYTES), i == 3)
                        .join();
            }
            client.socket.sendText("\0text", true).join();
            client.send(CLOSE, END_OF_STDIN);
            client.end();

            assertThat(client.text(STDOUT)).isEqualTo("read " + (1 + 4 * Upgrade.FRAME_BYTES + 4));
        }
    }

    @Test
    void aTerminalGetsItsSizes() {
        kubelet.containers.program = process -> {
            process.out((process.sizes.take() + " " + process.sizes.take()).getBytes(UTF_8));
            return 0;
        };
        try (var client = open(EXEC + "top&output=1&error=1&tty=1", V4)) {
            client.send(RESIZE, "{\"Width\":90,\"Height\":25}".getBytes(UTF_8));
            client.send(RESIZE, "{\"Width\":120,\"Height\":40}\n".getBytes(UTF_8));
            client.end();

            assertThat(client.text(STDOUT)).isEqualTo("90x25 120x40");
        }
    }

    @Test
    void attachSucceedsAtTheOutputSEnd() {
        kubelet.containers.program = process -> {
            process.out("from PID 1".getBytes(UTF_8));
            return 9;
        };
        try (var client = open("/attach/shop/web-3/pod-uid/web?input=1&output=1&error=1", V4)) {
            client.end();

            assertThat(client.text(STDOUT)).isEqualTo("from PID 1");
            assertThat(client.text(ERROR)).contains("Success");
        }
    }

    @Test
    void aProcessWaitsForAClientThatDoesNotRead() {
        var part = new byte[64 * 1024];
        kubelet.containers.program = process -> {
            for (var sent = 0; sent < 4 * LARGE; sent += part.length) {
                process.out(part);
            }
            return 0;
        };
        try (var client = WebSocketClient.open(kubelet, EXEC + "yes&output=1", V4, false)) {
            await().until(() -> !kubelet.containers.open.isEmpty());
            var process = kubelet.containers.open.keys().nextElement();
            FakeContainers.awaitStandstill(process.written);

            assertThat(process.written.get()).isLessThan(3 * LARGE);
            client.read();
            client.end();
            assertThat(client.bytes(STDOUT)).hasSize(4 * LARGE);
        }
    }

    @Test
    void aClientWaitsForAProcessThatDoesNotRead() throws Exception {
        var begin = new CountDownLatch(1);
        kubelet.containers.program = process -> {
            begin.await();
            return count(process);
        };
        try (var client = open(EXEC + "slow&input=1&output=1", V5)) {
            var writer = Thread.ofVirtual().start(() -> {
                client.sendAll(STDIN, new byte[4 * LARGE], PART);
                client.send(CLOSE, END_OF_STDIN);
            });
            FakeContainers.awaitStandstill(client.written);

            assertThat(client.written.get()).isPositive().isLessThan(3 * LARGE);
            begin.countDown();
            writer.join();
            client.end();
            assertThat(client.text(STDOUT)).isEqualTo("read " + 4 * LARGE);
        }
    }
}
