package dev.mayfly.node.kubelet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** TCP through the kubelet's API to a server that stands for a container. */
@Timeout(60)
class PortForwardTest {
    @RegisterExtension
    final KubeletFixture kubelet = new KubeletFixture();

    private ServerSocket container;

    @BeforeEach
    void start() throws IOException {
        container = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    }

    @AfterEach
    void stop() throws IOException {
        container.close();
    }

    /** One of the container's connections. */
    private interface Conversation {
        void with(Socket client) throws Exception;
    }

    private CompletableFuture<Void> serve(Conversation conversation) {
        var done = new CompletableFuture<Void>();
        Thread.ofVirtual().start(() -> {
            try (var client = container.accept()) {
                conversation.with(client);
                done.complete(null);
            } catch (Exception e) {
                done.completeExceptionally(e);
            }
        });
        return done;
    }

    private SpdyClient open() throws IOException {
        var client = kubelet.forward();
        assertThat(client.status).contains("101");
        return client;
    }

    private static String[] headers(String type, int port, String id) {
        return new String[] {"streamtype", type, "port", Integer.toString(port), "requestid", id};
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void eachSideMayEndItsHalfFirst() throws Exception {
        try (var client = open()) {
            var upThenDown = serve(socket -> {
                var asked = socket.getInputStream().readAllBytes();
                socket.getOutputStream().write(bytes("got " + asked.length));
            });
            var error = client.stream(headers("error", container.getLocalPort(), "0"));
            client.write(error, new byte[0], true);
            var data = client.stream(headers("data", container.getLocalPort(), "0"));
            client.write(data, bytes("12345"), true);
            client.readUntilEnded(error, data);
            upThenDown.join();
            assertThat(client.text(data)).isEqualTo("got 5");
            assertThat(client.text(error)).isEmpty();

            var late = new CompletableFuture<String>();
            var downThenUp = serve(socket -> {
                socket.getOutputStream().write(bytes("hello"));
                socket.shutdownOutput();
                late.complete(new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
            });
            var secondData = client.stream(headers("data", container.getLocalPort(), "1"));
            var secondError = client.stream(headers("error", container.getLocalPort(), "1"));
            client.readUntilEnded(secondData, secondError);
            client.write(secondData, bytes("afterwards"), true);
            downThenUp.join();
            assertThat(client.text(secondData)).isEqualTo("hello");
            assertThat(late.join()).isEqualTo("afterwards");
        }
    }

    @Test
    void manyBytesArriveWhole() throws Exception {
        var content = new byte[8 * 1024 * 1024];
        new Random(1).nextBytes(content);
        serve(socket -> socket.getOutputStream().write(content));
        try (var client = open()) {
            var error = client.stream(headers("error", container.getLocalPort(), "0"));
            var data = client.stream(headers("data", container.getLocalPort(), "0"));
            client.readUntilEnded(error, data);

            assertThat(client.bytes(data)).isEqualTo(content);
        }
    }

    @Test
    void aRefusedPortIsATextAndOthersGoOn() throws Exception {
        var closed = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        closed.close();
        try (var client = open()) {
            var error = client.stream(headers("error", closed.getLocalPort(), "0"));
            var data = client.stream(headers("data", closed.getLocalPort(), "0"));
            client.readUntilEnded(error, data);
            assertThat(client.text(error))
                    .contains("error forwarding port " + closed.getLocalPort(), "shop/web-3", "refused");

            serve(socket -> socket.getOutputStream().write(bytes("ok")));
            var next = client.stream(headers("error", container.getLocalPort(), "1"));
            var ok = client.stream(headers("data", container.getLocalPort(), "1"));
            client.readUntilEnded(next, ok);
            assertThat(client.text(ok)).isEqualTo("ok");
        }
    }

    @Test
    void aContainerWithoutAnAddressIsSaid() throws Exception {
        kubelet.containers.address = Optional.empty();
        try (var client = open()) {
            var error = client.stream(headers("error", 80, "0"));
            var data = client.stream(headers("data", 80, "0"));
            client.readUntilEnded(error, data);

            assertThat(client.text(error)).contains("no network of its own");
        }
    }

    @Test
    void streamsThatFitNothingAreReset() throws Exception {
        try (var client = open()) {
            var noPort = client.stream("streamtype", "data", "requestid", "0");
            var noId = client.stream("streamtype", "data", "port", "80");
            var badPort = client.stream("streamtype", "data", "port", "65536", "requestid", "0");
            var badType = client.stream("streamtype", "stdin", "port", "80", "requestid", "0");
            var first = client.stream(headers("data", 80, "9"));
            var twin = client.stream(headers("data", 80, "9"));
            while (client.reset.size() < 5) {
                assertThat(client.read()).isTrue();
            }

            assertThat(client.reset)
                    .containsExactly(noPort, noId, badPort, badType, twin)
                    .doesNotContain(first);
        }
    }

    @Test
    void aClientThatLeavesClosesTheContainersConnection() throws Exception {
        var ended = serve(socket -> assertThat(socket.getInputStream().read()).isEqualTo(-1));
        var client = open();
        client.stream(headers("error", container.getLocalPort(), "0"));
        client.stream(headers("data", container.getLocalPort(), "0"));
        await().until(() -> ended.isDone() || client.read());
        client.close();

        await().atMost(Duration.ofSeconds(50)).until(ended::isDone);
        assertThat(ended).isCompletedWithValue(null);
    }

    @Test
    void aStreamWithoutItsPartnerIsReset() throws Exception {
        var limits = KubeletFixture.LIMITS;
        kubelet.restart(new Limits(
                10,
                10,
                10,
                10,
                limits.head(),
                limits.keepAlive(),
                Duration.ofMillis(200),
                limits.ping(),
                limits.idle()));
        try (var client = open()) {
            var alone = client.stream(headers("data", 80, "0"));
            while (client.reset.isEmpty()) {
                assertThat(client.read()).isTrue();
            }

            assertThat(client.reset).containsExactly(alone);
        }
    }
}
