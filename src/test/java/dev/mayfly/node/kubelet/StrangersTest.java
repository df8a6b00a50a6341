package dev.mayfly.node.kubelet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients that are not let in, or say nothing, keep nobody out. */
@Timeout(60)
class StrangersTest {
    private static final Duration LONG = Duration.ofMinutes(5);
    private static final String REQUEST = "GET /healthz HTTP/1.1\r\nHost: node\r\n\r\n";

    @RegisterExtension
    final KubeletFixture kubelet = new KubeletFixture(new Limits(3, 2, 4, 100, LONG, LONG, LONG, LONG, LONG));

    /** From an address of this machine. */
    private Socket silent(String from) throws IOException {
        return patient(new Socket(InetAddress.getByName("127.0.0.1"), kubelet.port, InetAddress.getByName(from), 0));
    }

    /** Reading fails once it took far longer than it may. */
    private static Socket patient(Socket socket) throws IOException {
        socket.setSoTimeout(20_000);
        return socket;
    }

    private static boolean ended(Socket socket) throws IOException {
        socket.setSoTimeout(1000);
        try {
            return socket.getInputStream().read() < 0;
        } catch (SocketTimeoutException open) {
            return false;
        }
    }

    @Test
    void anAddressWithManyGivesItsOldestPlaceToAnother() throws Exception {
        try (var oldest = silent("127.0.0.2");
                var younger = silent("127.0.0.2");
                var client = kubelet.forward()) {
            assertThat(client.status).contains("101");
            assertThat(ended(oldest)).isNotEqualTo(ended(younger)); // two event loops may see them in either order
        }
    }

    @Test
    void anAddressWithTheMostGetsNoMore() throws Exception {
        try (var first = kubelet.socket();
                var second = kubelet.socket()) {
            for (var socket : List.of(first, second)) {
                socket.startHandshake(); // so that it has its place before the next one asks
            }
            assertThatThrownBy(kubelet::forward).isInstanceOf(IOException.class);
            assertThat(ended(first)).isFalse();
            assertThat(ended(second)).isFalse();
        }
    }

    @Test
    void whoWasLetInTakesNoPlaceOfStrangers() throws Exception {
        try (var first = kubelet.forward();
                var second = kubelet.forward();
                var third = kubelet.forward()) {
            assertThat(first.status).contains("101");
            assertThat(second.status).contains("101");
            assertThat(third.status).contains("101");
        }
    }

    /** Another address has a place for its handshake, and the event loops are free. */
    @Test
    void handshakesOfAnAddressDelayNoOther() throws Exception {
        var busy = new CountDownLatch(1);
        for (var i = 0; i < 2; i++) {
            kubelet.handshakes.execute(KubeletServer.source(InetAddress.getByName("127.0.0.2")), () -> join(busy));
        }
        try (var waiting = (SSLSocket)
                kubelet.trusted.getSocketFactory().createSocket(silent("127.0.0.2"), "127.0.0.1", kubelet.port, true)) {
            waiting.setSoTimeout(1000);
            assertThatThrownBy(waiting::startHandshake).isInstanceOf(SocketTimeoutException.class);
            try (var client = kubelet.forward()) {
                assertThat(client.status).contains("101");
            }
        } finally {
            busy.countDown();
        }
        try (var next =
                kubelet.trusted.getSocketFactory().createSocket(silent("127.0.0.2"), "127.0.0.1", kubelet.port, true)) {
            ((SSLSocket) next).startHandshake();
            assertThat(((SSLSocket) next).getSession().isValid()).isTrue();
        }
    }

    private static void join(CountDownLatch end) {
        try {
            end.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void anAnswerToNobodyKnownEndsTheConnection() throws Exception {
        assertThat(whole(KubeletFixture.CLUSTER.context(null))).startsWith("HTTP/1.1 401 ");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void anAnswerToWhoMayNotEndsTheConnection(boolean before) throws Exception {
        try (var socket = patient(kubelet.socket())) {
            if (before) { // it was let in with an earlier request
                socket.getOutputStream().write(REQUEST.getBytes(StandardCharsets.US_ASCII));
                assertThat(socket.getInputStream().readNBytes(15))
                        .asString(StandardCharsets.US_ASCII)
                        .isEqualTo("HTTP/1.1 200 OK");
                var rest = new StringBuilder();
                while (!rest.toString().endsWith("\r\n\r\nok")) {
                    rest.append((char) socket.getInputStream().read());
                }
            }
            kubelet.permissions.clear();
            socket.getOutputStream().write(REQUEST.getBytes(StandardCharsets.US_ASCII));

            assertThat(socket.getInputStream().readAllBytes())
                    .asString(StandardCharsets.US_ASCII)
                    .startsWith("HTTP/1.1 403 ");
        }
    }

    /** All that the server sends until it closes the connection. */
    private String whole(SSLContext tls) throws IOException {
        try (var socket = patient(tls.getSocketFactory().createSocket("127.0.0.1", kubelet.port))) {
            socket.getOutputStream().write(REQUEST.getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        }
    }
}
