package dev.mayfly.node.kubelet;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.http.WebSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Ports that a WebSocket client names in its request: two channels each. */
@Timeout(60)
class WebSocketForwardTest {
    private static final String V4 = "v4.channel.k8s.io";

    @RegisterExtension
    final KubeletFixture kubelet = new KubeletFixture();

    private WebSocketClient open(String path) {
        return WebSocketClient.open(kubelet, path, V4);
    }

    @Test
    void portsAreForwardedWithTheirNumberFirst() throws Exception {
        try (var target = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            var port = target.getLocalPort();
            Thread.ofVirtual().start(() -> answerOnce(target));
            try (var client = open("/portForward/shop/web-3?port=" + port)) {
                client.send(0, "hello\n".getBytes(UTF_8));
                assertThat(client.end()).isEqualTo(WebSocket.NORMAL_CLOSURE);

                var number = new byte[] {(byte) port, (byte) (port >> 8)};
                assertThat(client.bytes(0)).startsWith(number).endsWith("hello\n".getBytes(UTF_8));
                assertThat(client.bytes(1)).isEqualTo(number);
            }
        }
    }

    private static void answerOnce(ServerSocket target) {
        try (var socket = target.accept()) {
            socket.getOutputStream().write(socket.getInputStream().readNBytes("hello\n".length()));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void aClosedPortIsAnErrorOfItsChannel() throws Exception {
        int port;
        try (var closed = new ServerSocket(0)) {
            port = closed.getLocalPort();
        }
        try (var client = open("/portForward/shop/web-3?port=1&port=" + port)) {
            client.end();

            assertThat(client.text(3)).contains("error forwarding port " + port + " to pod shop/web-3");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "?port=", "?port=0", "?port=65536", "?port=80&port=x"})
    void whatIsNoPortIsRefused(String query) {
        WebSocketClient.assertRefused(kubelet, "/portForward/shop/web-3" + query, V4, 400);
        WebSocketClient.assertRefused(
                kubelet, "/portForward/shop/web-3" + "?port=1".concat("&port=1".repeat(127)), V4, 400);
    }
}
