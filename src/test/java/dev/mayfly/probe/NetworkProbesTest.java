package dev.mayfly.probe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.mayfly.core.model.Probe.Header;
import dev.mayfly.core.model.Probe.HttpGet;
import dev.mayfly.core.model.Probe.TcpSocket;
import dev.mayfly.core.model.Samples;
import dev.mayfly.probe.Answer.Outcome;
import dev.mayfly.probe.Prober.Question;
import dev.mayfly.testing.Lane;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Network probes succeed by the same rules as in the kubelet's pkg/probe/http and pkg/probe/tcp. */
class NetworkProbesTest {
    private static final String LOCAL = "127.0.0.1";
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private final ProbeConnections connections = new ProbeConnections();
    private final NetworkProbes wire = new NetworkProbes(connections);

    @AfterEach
    void close() {
        wire.close();
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource({
        "200 OK,                    SUCCESS",
        "204 No Content,            SUCCESS",
        "304 Not Modified,          WARNING",
        "302 Found,                 WARNING",
        "400 Bad Request,           FAILURE",
        "404 Not Found,             FAILURE",
        "503 Service Unavailable,   FAILURE"
    })
    void aStatusOf200To399IsSuccess(String status, Outcome outcome) throws Exception {
        assertThat(get(request -> "HTTP/1.1 " + status + "\r\nContent-Length: 0\r\n\r\n")
                        .outcome())
                .isEqualTo(outcome);
    }

    @Test
    void aFailureNamesTheRequestAndTheReplyButNoHeader() throws Exception {
        try (var server = Server.answering(request -> "HTTP/1.1 500 Oops\r\n\r\nno database" + "!".repeat(5000))) {
            var secret = new HttpGet(false, server.port(), "/healthz?deep", List.of(new Header("X-Key", "s3cret")));
            var answer = ask(wire.http(Samples.WEB, LOCAL, secret, PATIENCE));

            assertThat(server.requests.peek()).contains("X-Key: s3cret\r\n");
            assertThat(answer.said())
                    .startsWith("GET http://127.0.0.1:" + server.port() + "/healthz?deep answered 500: no database!!!")
                    .doesNotContain("s3cret")
                    .hasSizeLessThan(Answer.MOST + 100);
        }
    }

    @Test
    void requestsHaveTheKubeletsHeadersAndTheirOwnUserAgent() throws Exception {
        try (var server = Server.answering(request -> "HTTP/1.1 200 OK\r\n\r\n")) {
            var own = new HttpGet(
                    false, server.port(), "/", List.of(new Header("Host", "web.example"), new Header("Accept", "")));
            ask(wire.http(Samples.WEB, LOCAL, own, PATIENCE));

            assertThat(server.requests.peek())
                    .startsWith("GET / HTTP/1.1\r\n")
                    .contains("Host: web.example\r\n")
                    .containsIgnoringCase("User-Agent: mayfly-probe/")
                    .containsIgnoringCase("Connection: close\r\n")
                    .doesNotContainIgnoringCase("Accept:");
        }
    }

    @Test
    void aRedirectToTheSameHostIsFollowed() throws Exception {
        var answer = get(request -> request.startsWith("GET /well")
                ? "HTTP/1.1 503 No\r\n\r\n"
                : "HTTP/1.1 301 Moved\r\nLocation: /well?now\r\nContent-Length: 0\r\n\r\n");

        assertThat(answer.outcome()).isEqualTo(Outcome.FAILURE);
        assertThat(answer.said()).endsWith("answered 503");
    }

    @Test
    void aRedirectToAnotherHostIsSuccessWithAWarning() throws Exception {
        var answer = get(request -> "HTTP/1.1 302 Found\r\nLocation: http://other.example/\r\n\r\n");

        assertThat(answer.outcome()).isEqualTo(Outcome.WARNING);
        assertThat(answer.said()).contains("answered 302 to another host", "other.example:80");
    }

    @Test
    void endlessRedirectsAreAFailure() throws Exception {
        var answer = get(request -> "HTTP/1.1 302 Found\r\nLocation: /\r\nContent-Length: 0\r\n\r\n");

        assertThat(answer.outcome()).isEqualTo(Outcome.FAILURE);
        assertThat(answer.said()).contains("more than 10 redirects");
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "nothing",
            value = {"garbage", "''", "HTTP/1.1 200 OK"})
    void anInvalidReplyIsAFailure(String bytes) throws Exception {
        assertThat(get(request -> bytes.isEmpty() ? "\r\n" : bytes + "\r\n").success())
                .isFalse();
    }

    @Test
    void aReplyCountsOnceTheReadLimitOfItsBodyIsReached() throws Exception {
        var answer = get(request -> "HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n" + "x".repeat(20_000));

        assertThat(answer.outcome()).isEqualTo(Outcome.SUCCESS);
    }

    @Test
    void aReplyWithoutEndIsAFailure() throws Exception {
        var answer = get(request -> "HTTP/1.1 100 Continue\r\n\r\n".repeat(20_000));

        assertThat(answer.outcome()).isEqualTo(Outcome.FAILURE);
        assertThat(answer.said()).endsWith("it sent more than 64 KiB without a complete reply");
    }

    @Test
    void noReplyInTimeIsLate() throws Exception {
        try (var server = Server.answering(request -> "")) {
            var answer = ask(wire.http(Samples.WEB, LOCAL, Sample.http(server.port(), "/"), Sample.SECOND));

            assertThat(answer.outcome()).isEqualTo(Outcome.LATE);
            assertThat(answer.said()).startsWith("no answer within 1 s to GET http://127.0.0.1:");
        }
    }

    /** The loop is busy when the connection is accepted, and for longer than the timeout. */
    @Test
    void timeThatTheLoopLosesDoesNotCount() throws Exception {
        try (var server = Server.answering(request -> "HTTP/1.1 200 OK\r\n\r\n")) {
            var answer = new CompletableFuture<Answer>();
            wire.http(Samples.WEB, LOCAL, Sample.http(server.port(), "/"), Sample.SECOND)
                    .ask(answer::complete);
            wire.execute(
                    () -> LockSupport.parkNanos(Sample.SECOND.multipliedBy(2).toNanos()));

            assertThat(answer.get(60, TimeUnit.SECONDS)).isEqualTo(Answer.SUCCESS);
        }
    }

    @Test
    void overTlsAnyCertificateIsAccepted(@TempDir Path directory) throws Exception {
        var server = HttpsServer.create(new InetSocketAddress(LOCAL, 0), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(SelfSigned.context(directory)));
        server.createContext("/well", exchange -> {
            exchange.sendResponseHeaders(204, -1);
            exchange.close();
        });
        server.start();
        try {
            var port = server.getAddress().getPort();
            assertThat(ask(wire.http(Samples.WEB, LOCAL, new HttpGet(true, port, "/well", List.of()), PATIENCE)))
                    .isEqualTo(Answer.SUCCESS);
            assertThat(ask(wire.http(Samples.WEB, LOCAL, new HttpGet(true, port, "/ill", List.of()), PATIENCE))
                            .outcome())
                    .isEqualTo(Outcome.FAILURE);
        } finally {
            server.stop(0);
        }
    }

    @Test
    void aClosedPortIsAFailure() throws Exception {
        var port = freed();

        assertThat(ask(wire.tcp(LOCAL, new TcpSocket(port), PATIENCE)))
                .isEqualTo(Answer.failure("TCP 127.0.0.1:" + port + ": Connection refused"));
        assertThat(ask(wire.http(Samples.WEB, LOCAL, Sample.http(port, "/"), PATIENCE))
                        .said())
                .endsWith(": Connection refused");
    }

    @Test
    void anOpenPortIsASuccess() throws Exception {
        try (var server = Server.answering(request -> "")) {
            assertThat(ask(wire.tcp(LOCAL, new TcpSocket(server.port()), PATIENCE)))
                    .isEqualTo(Answer.SUCCESS);
        }
    }

    /** Each would be taken for a client's otherwise. */
    @Test
    void everyConnectionIsCountedAndThoseThatAreRefusedAreNot() throws Exception {
        try (var count = connections.count(InetAddress.getByName(LOCAL))) {
            get(request -> request.startsWith("GET / ")
                    ? "HTTP/1.1 302 Found\r\nLocation: /next\r\nContent-Length: 0\r\n\r\n"
                    : "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
            ask(wire.tcp(LOCAL, new TcpSocket(freed()), PATIENCE));

            await().untilAsserted(() -> assertThat(count.made()).contains(2L));
        }
    }

    /** A client's can't be told from it while it is open. */
    @Test
    void aConnectionIsPendingUntilItIsClosed() throws Exception {
        var meanwhile = new AtomicReference<Optional<Long>>();
        try (var count = connections.count(InetAddress.getByName(LOCAL))) {
            get(request -> {
                meanwhile.set(count.made());
                return "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
            });

            await().untilAsserted(() -> assertThat(count.made()).contains(1L));
            assertThat(meanwhile.get()).isEmpty();
        }
    }

    private Answer get(UnaryOperator<String> answers) throws Exception {
        try (var server = Server.answering(answers)) {
            return ask(wire.http(Samples.WEB, LOCAL, Sample.http(server.port(), "/"), PATIENCE));
        }
    }

    private static Answer ask(Question question) throws Exception {
        var answer = new CompletableFuture<Answer>();
        question.ask(answer::complete);
        return answer.get(60, TimeUnit.SECONDS);
    }

    /** The kernel gives it to no connection. */
    private static int freed() {
        return Lane.freePort();
    }
}
