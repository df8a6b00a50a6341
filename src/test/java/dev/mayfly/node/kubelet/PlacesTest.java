package dev.mayfly.node.kubelet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Streams that a namespace may have at once, of any kind: two here, as half of four. */
@Timeout(60)
class PlacesTest {
    private static final Duration LONG = Duration.ofMinutes(5);
    private static final String LOGS = "/containerLogs/shop/web-3/web";
    private static final String EXEC = "/exec/shop/web-3/web?command=sleep&output=1";
    private static final String FORWARD = "/portForward/shop/web-3";
    private static final String WEB_SOCKET = "v4.channel.k8s.io";

    @RegisterExtension
    final KubeletFixture kubelet = new KubeletFixture(limits(LONG));

    @BeforeEach
    void runUntilClientsLeave() {
        kubelet.containers.log = (request, to) -> {
            if (request.follow()) {
                to.write("a line\n".getBytes(StandardCharsets.UTF_8));
                waitForever();
            }
        };
        kubelet.containers.program = process -> {
            process.closed.await();
            return 0;
        };
    }

    private static Limits limits(Duration creation) {
        return new Limits(20, 20, 20, 4, LONG, LONG, creation, LONG, LONG);
    }

    private static void waitForever() throws IOException {
        try {
            new CountDownLatch(1).await();
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }

    /** Logs that were begun. */
    private SSLSocket follow() throws IOException {
        var socket = kubelet.socket();
        var request = "GET " + LOGS + "?follow=true HTTP/1.1\r\nHost: node\r\n\r\n";
        socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
        assertThat(socket.getInputStream().readNBytes(15))
                .asString(StandardCharsets.US_ASCII)
                .isEqualTo("HTTP/1.1 200 OK");
        return socket;
    }

    private SpdyClient exec() throws Exception {
        var client = kubelet.spdy(EXEC);
        assertThat(client.status).contains("101");
        client.stream("streamtype", "error");
        client.stream("streamtype", "stdout");
        return client;
    }

    private SpdyClient forward() throws IOException {
        var client = kubelet.forward();
        assertThat(client.status).contains("101");
        return client;
    }

    private void assertNoPlace() throws Exception {
        var logs = kubelet.get(LOGS);
        assertThat(logs.statusCode()).isEqualTo(429);
        assertThat(logs.body()).contains("namespace shop");
        try (var command = kubelet.spdy(EXEC);
                var forward = kubelet.forward()) {
            assertThat(command.status).contains("429");
            assertThat(forward.status).contains("429");
        }
        WebSocketClient.assertRefused(kubelet, EXEC, WEB_SOCKET, 429);
        WebSocketClient.assertRefused(kubelet, FORWARD + "?port=80", WEB_SOCKET, 429);
    }

    private void awaitPlace() {
        await().until(() -> kubelet.get(LOGS).statusCode() == 200);
    }

    @Test
    void logsTakePlacesUntilTheirClientsLeave() throws Exception {
        try (var first = follow();
                var second = follow()) {
            assertNoPlace();
            assertThat(kubelet.get("/healthz").statusCode()).isEqualTo(200);

            first.close();
            awaitPlace();
            assertThat(second.isClosed()).isFalse();
        }
    }

    @Test
    void commandsTakePlacesUntilTheyEnd() throws Exception {
        try (var first = exec();
                var second = WebSocketClient.open(kubelet, EXEC, WEB_SOCKET)) {
            await().until(() -> kubelet.containers.open.size() == 2);
            assertNoPlace();

            first.close();
            awaitPlace();
            second.socket.abort();
            await().until(() -> kubelet.containers.open.isEmpty());
        }
    }

    @Test
    void forwardedConnectionsTakePlacesAsTheirClientDoes() throws Exception {
        try (var container = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
                var client = forward()) {
            client.stream(headers("error", container, "0"));
            client.stream(headers("data", container, "0"));
            try (var connection = container.accept()) {
                assertNoPlace();
                var refused = client.stream(headers("error", container, "1"));
                while (client.reset.isEmpty()) {
                    assertThat(client.read()).isTrue();
                }
                assertThat(client.reset).containsExactly(refused);
                assertThat(connection.isConnected()).isTrue();
            }
            client.close();
            awaitPlace();
            follow().close();
        }
    }

    @Test
    void aStreamWithoutItsPartnerGivesItsPlaceBack() throws Exception {
        kubelet.restart(limits(Duration.ofSeconds(1)));
        try (var client = forward()) {
            var alone = client.stream("streamtype", "data", "port", "80", "requestid", "0");
            while (client.reset.isEmpty()) {
                assertThat(client.read()).isTrue();
            }

            assertThat(client.reset).containsExactly(alone);
            awaitPlace();
        }
    }

    private static String[] headers(String type, ServerSocket container, String id) {
        return new String[] {"streamtype", type, "port", Integer.toString(container.getLocalPort()), "requestid", id};
    }
}
