package dev.mayfly.node.kubelet;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.spdy.DefaultSpdyPingFrame;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Limits of a WebSocket client, and how its connection ends beyond them. */
@Timeout(60)
class WebSocketBoundsTest {
    private static final String EXEC = "/exec/shop/web-3/web?command=";
    private static final String V4 = "v4.channel.k8s.io";
    private static final int ERROR = 3;
    private static final int NO_CLOSE_FRAME = 1006;
    private static final int TOO_LONG = 1009;
    /** Longer than a busy machine takes to begin a command. */
    private static final Duration SOON = Duration.ofSeconds(3);

    private static final Duration LONG = Duration.ofMinutes(5);

    @RegisterExtension
    final KubeletFixture kubelet = new KubeletFixture();

    @ParameterizedTest
    @ValueSource(strings = {"base64.channel.k8s.io", "v4.base64.channel.k8s.io", "v6.channel.k8s.io"})
    void anotherProtocolIsRefused(String protocol) {
        WebSocketClient.assertRefused(kubelet, EXEC + "ls&output=1", protocol, 403);
        assertThat(kubelet.containers.execs).isEmpty();
    }

    @Test
    void whoMayOnlyReadGetsNoCommand() {
        kubelet.permissions.remove("create proxy");

        WebSocketClient.assertRefused(kubelet, EXEC + "ls&output=1", V4, 403);
        WebSocketClient.assertRefused(kubelet, "/portForward/shop/web-3?port=80", V4, 403);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==", "Other: 1"})
    void anIncompleteHandshakeIsRefused(String header) throws Exception {
        try (var socket = kubelet.socket()) {
            var request = "GET " + EXEC + "ls&output=1 HTTP/1.1\r\nHost: node\r\nConnection: Upgrade\r\n"
                    + "Upgrade: websocket\r\n" + header + "\r\n\r\n";
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            var answer = new String(socket.getInputStream().readNBytes(12), StandardCharsets.US_ASCII);

            assertThat(answer).isEqualTo("HTTP/1.1 400");
        }
    }

    private WebSocketClient running() {
        kubelet.containers.program = FakeContainers.UNTIL_CLOSED;
        var client = opened();
        await().until(() -> !kubelet.containers.open.isEmpty());
        return client;
    }

    private WebSocketClient opened() {
        return WebSocketClient.open(kubelet, EXEC + "sleep&input=1&output=1", V4);
    }

    private void awaitNoProcess() {
        await().atMost(Duration.ofSeconds(50)).until(() -> kubelet.containers.open.isEmpty());
    }

    @Test
    void aFrameThatIsTooLongEndsTheConnection() {
        try (var client = running()) {
            client.socket.sendBinary(ByteBuffer.allocate(Upgrade.FRAME_BYTES + 1), true);

            assertThat(client.end()).isEqualTo(TOO_LONG);
            awaitNoProcess();
        }
    }

    @Test
    void aClientThatLeavesClosesTheEngineSConnection() {
        try (var client = running()) {
            client.socket.abort();

            awaitNoProcess();
        }
        try (var client = running()) {
            client.socket.sendClose(WebSocket.NORMAL_CLOSURE, "").join();

            assertThat(client.end()).isEqualTo(WebSocket.NORMAL_CLOSURE);
            awaitNoProcess();
        }
    }

    @Test
    void aServerThatStopsEndsCommandsWithAnError() {
        try (var client = running()) {
            kubelet.server.close();

            assertThat(client.end()).isEqualTo(WebSocket.NORMAL_CLOSURE);
            assertThat(client.text(ERROR)).contains("Failure", "the operator stops");
        }
    }

    @Test
    void streamsWithoutBytesEnd() throws Exception {
        kubelet.restart(new Limits(3, 3, 4, 100, LONG, LONG, LONG, SOON, SOON));
        kubelet.containers.program = FakeContainers.UNTIL_CLOSED;
        try (var client = opened()) { // and perhaps over before anybody looks at its process
            var end = client.closed.exceptionally(
                    answeredTooLate -> NO_CLOSE_FRAME); // a ping, which resets the connection
            assertThat(end.join()).isEqualTo(NO_CLOSE_FRAME);
            awaitNoProcess();
        }
    }

    @Test
    void pingsAreAnswered() {
        try (var client = running()) {
            client.socket.sendPing(UTF_8.encode("there?")).join();

            assertThat(client.pong).succeedsWithin(20, TimeUnit.SECONDS).isEqualTo("there?");
        }
    }

    /** Whoever only pings, and does not read, shall not fill the memory. */
    @Test
    void pingsOfAClientThatDoesNotReadHaveNoAnswer() {
        var channel = new EmbeddedChannel();
        channel.pipeline()
                .addLast(new WebSocketSession(channel, KubeletFixture.LIMITS, new ReadGate(), true))
                .addLast(new SpdySession(channel, KubeletFixture.LIMITS, new ReadGate(), stream -> false));
        var webSocket = channel.pipeline().get(WebSocketSession.class);
        var spdy = channel.pipeline().get(SpdySession.class);
        for (var reads : new boolean[] {true, false}) {
            channel.unsafe().outboundBuffer().setUserDefinedWritability(1, reads);
            webSocket.receive(new PingWebSocketFrame());
            spdy.receive(new DefaultSpdyPingFrame(1));
        }

        assertThat(channel.outboundMessages()).hasSize(2);
        channel.finishAndReleaseAll();
    }
}
