package dev.mayfly.node.kubelet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mayfly.node.kubelet.FakeContainers.LoggedRequest;
import dev.mayfly.node.kubelet.Reviews.User;
import dev.mayfly.runtime.ContainerAccess.LogRequest;
import dev.mayfly.runtime.ContainerAccess.NoContainer;
import dev.mayfly.runtime.ContainerAccess.Refused;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Who gets in, which addresses there are, and logs. */
@Timeout(60)
class KubeletServerTest {
    private static final String LOGS = "/containerLogs/shop/web-3/web";

    @RegisterExtension
    final KubeletFixture kubelet = new KubeletFixture();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/healthz",
                "/metrics",
                "/metrics/resource",
                "/stats/summary",
                LOGS,
                "/exec/shop/web-3/web?command=ls&output=1",
                "/nothing"
            })
    void nobodyKnownGetsAnything(String path) throws Exception {
        assertThat(kubelet.anonymous(path).statusCode()).isEqualTo(401);
        assertThat(kubelet.anonymous(path, "Authorization", "Bearer guess").statusCode())
                .isEqualTo(401);
        assertThat(kubelet.anonymous(path, "Authorization", "Basic c2VjcmV0").statusCode())
                .isEqualTo(401);
        assertThat(kubelet.containers.logs).isEmpty();
        assertThat(kubelet.users).isEmpty();
    }

    @Test
    void aCertificateOfAStrangersAuthorityGetsNothing() throws Exception {
        var subject = "CN=kube-apiserver-kubelet-client,O=system:masters";
        var namesake = KubeletFixture.CLUSTER.context(new Certificates("cluster").issue(subject));
        var stranger = KubeletFixture.CLUSTER.context(new Certificates("strangers").issue(subject));
        var request = HttpRequest.newBuilder(kubelet.uri("/healthz")).build();

        assertThatThrownBy(() -> kubelet.send(namesake, request)).isInstanceOf(IOException.class);
        assertThat(kubelet.send(stranger, request).statusCode()).isEqualTo(401);
        assertThat(kubelet.users).isEmpty();
    }

    @Test
    void aCertificateNamesAUserAndGroups() throws Exception {
        assertThat(kubelet.get("/healthz").body()).isEqualTo("ok");
        assertThat(kubelet.users)
                .allSatisfy(user -> assertThat(user.groups()).containsExactlyInAnyOrder("system:masters", "admins"))
                .extracting(User::name)
                .containsExactly("kube-apiserver-kubelet-client");
    }

    @Test
    void aTokenNamesAUser() throws Exception {
        assertThat(kubelet.anonymous("/metrics/resource", "Authorization", "bearer secret")
                        .statusCode())
                .isEqualTo(200);
        assertThat(kubelet.users).containsExactly(new User("metrics", List.of(), "", Map.of()));
    }

    @ParameterizedTest
    @CsvSource({
        "GET,/healthz,get proxy",
        "GET,/metrics,get /metrics",
        "GET,/metrics/resource,get metrics",
        "GET,/stats/summary,get stats",
        "GET,/containerLogs/shop/web-3/web,get proxy",
        "GET,/logs/syslog,get log",
        "POST,/exec/shop/web-3/web,create proxy",
        "GET,/exec/shop/web-3/web,create proxy",
        "GET,/attach/shop/web-3/web,create proxy",
        "GET,/portForward/shop/web-3,create proxy",
        "POST,/healthz,create proxy"
    })
    void aUserWithoutThePermissionIsRefused(String method, String path, String permission) throws Exception {
        kubelet.permissions.add("get log");
        kubelet.permissions.remove(permission);
        var request = HttpRequest.newBuilder(kubelet.uri(path))
                .method(method, HttpRequest.BodyPublishers.noBody())
                .build();

        var answer = kubelet.send(kubelet.trusted, request);

        assertThat(answer.statusCode()).isEqualTo(403);
        assertThat(answer.body())
                .contains("kube-apiserver-kubelet-client", permission.split(" ")[1]);
        kubelet.permissions.add(permission);
        assertThat(kubelet.send(kubelet.trusted, request).statusCode()).isNotEqualTo(403);
    }

    @Test
    void prometheusReadsTheOperatorsOwnMetrics() throws Exception {
        kubelet.permissions.clear();
        kubelet.permissions.add("get /metrics");

        var answer = kubelet.anonymous("/metrics", "Authorization", "Bearer secret");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo("mayfly_leader 1.0\n");
        assertThat(answer.headers().firstValue("Content-Type")).contains("text/plain; version=0.0.4; charset=utf-8");
        assertThat(kubelet.anonymous("/metrics/resource", "Authorization", "Bearer secret")
                        .statusCode())
                .isEqualTo(403);
    }

    @Test
    void healthHasAPermissionOfItsOwn() throws Exception {
        kubelet.permissions.clear();
        kubelet.permissions.add("get healthz");

        assertThat(kubelet.get("/healthz").statusCode()).isEqualTo(200);
        assertThat(kubelet.get("/metrics/resource").statusCode()).isEqualTo(403);
    }

    @Test
    void whereTheApiServerDoesNotAnswerNobodyGetsIn() throws Exception {
        kubelet.apiServerDown = true;

        assertThat(kubelet.anonymous("/healthz", "Authorization", "Bearer secret")
                        .statusCode())
                .isEqualTo(503);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/",
                "/pods",
                "/healthz/x",
                "/run/shop/web-3/web",
                "/metrics/cadvisor",
                "/containerLogs/shop/web-3",
                "/containerLogs/shop/web-3/other",
                "/containerLogs/shop/web-4/web",
                "/containerLogs/other/web-3/web",
                "/containerLogs/shop/web-3%2Fweb",
                "/containerLogs/shop/../shop/web-3/web",
                "/exec/shop/web-3/other?command=ls&output=1",
                "/exec/shop/web-3/other-uid/web?command=ls&output=1",
                "/attach/other/web-3/web?output=1",
                "/portForward/shop/web-4",
                "/portForward/shop/web-3/other-uid"
            })
    void whatIsNotThereIsNotFound(String path) throws Exception {
        var answer = kubelet.get(path);

        assertThat(answer.statusCode()).isEqualTo(404);
        assertThat(answer.body()).isNotBlank();
        assertThat(kubelet.containers.logs).isEmpty();
        assertThat(kubelet.containers.execs).isEmpty();
    }

    @Test
    void aPodWithoutAContainerIsNotFound() throws Exception {
        kubelet.containers.containerId = Optional.empty();
        kubelet.containers.log = (request, to) -> {
            throw new NoContainer(KubeletFixture.CURRENT);
        };

        assertThat(kubelet.get("/exec/shop/web-3/web?command=ls&output=1").statusCode())
                .isEqualTo(404);
        assertThat(kubelet.get(LOGS).statusCode()).isEqualTo(404);
        assertThat(kubelet.get(LOGS).body()).contains("has no container");
    }

    @ParameterizedTest
    @CsvSource({
        "/containerLogs/shop/web-3/web?tailLines=-1,tailLines",
        "/containerLogs/shop/web-3/web?tailLines=ten,tailLines",
        "/containerLogs/shop/web-3/web?sinceSeconds=0,sinceSeconds",
        "/containerLogs/shop/web-3/web?sinceTime=yesterday,sinceTime",
        "/containerLogs/shop/web-3/web?limitBytes=0,limitBytes",
        "/containerLogs/shop/web-3/web?sinceSeconds=1&sinceTime=2030-01-31T12:00:00Z,at most one",
        "/exec/shop/web-3/web?output=1,command",
        "/exec/shop/web-3/web?command=ls,stdin",
        "/exec/shop/web-3/web?command=ls&output=1,SPDY",
        "/portForward/shop/web-3,SPDY"
    })
    void whatCanTBeReadIsSaidInASentence(String path, String word) throws Exception {
        var answer = kubelet.get(path);

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body()).contains(word);
    }

    @Test
    void aProtocolThatTheNodeDoesNotSpeakIsRefused() throws Exception {
        try (var client = SpdyClient.open(
                kubelet.trusted, kubelet.port, "/exec/shop/web-3/web?command=ls&output=1", "v9.channel.k8s.io")) {
            assertThat(client.status).contains("403");
        }
    }

    @Test
    void logsReachTheClientAsTheyWereAskedFor() throws Exception {
        kubelet.containers.log = (request, to) -> {
            for (var line = 0; line < 100_000; line++) {
                to.write((line + "\n").getBytes(StandardCharsets.UTF_8));
            }
        };

        var body = kubelet.get(LOGS + "?tailLines=5&sinceTime=2030-01-31T12:00:00%2B01:00&timestamps=true&limitBytes=7")
                .body();

        assertThat(body.lines()).hasSize(100_000).endsWith("99999");
        assertThat(kubelet.containers.logs)
                .containsExactly(new LoggedRequest(
                        KubeletFixture.CURRENT,
                        new LogRequest(
                                false,
                                OptionalInt.of(5),
                                Optional.of(Instant.parse("2030-01-31T11:00:00Z")),
                                true,
                                OptionalLong.of(7))));
    }

    @Test
    void logsWithoutParametersAreAllAndMayBeEmpty() throws Exception {
        var answer = kubelet.get(LOGS + "?follow=false&previous=0");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).isEmpty();
        assertThat(kubelet.containers.logs)
                .containsExactly(new LoggedRequest(
                        KubeletFixture.CURRENT,
                        new LogRequest(false, OptionalInt.empty(), Optional.empty(), false, OptionalLong.empty())));
    }

    @Test
    void previousLogsAreThoseOfThePredecessor() throws Exception {
        kubelet.get(LOGS + "?previous=true");
        kubelet.previous = Optional.empty();

        assertThat(kubelet.get(LOGS + "?previous=true").statusCode()).isEqualTo(400);
        assertThat(kubelet.containers.logs).extracting(LoggedRequest::replica).containsExactly(KubeletFixture.PREVIOUS);
    }

    @Test
    void whatTheEngineRefusesIsSaid() throws Exception {
        kubelet.containers.log = (request, to) -> {
            throw new Refused("configured logging driver does not support reading");
        };

        var answer = kubelet.get(LOGS);

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body()).contains("logging driver");
    }

    @Test
    void aFailureInTheMiddleOfLogsIsSeen() {
        kubelet.containers.log = (request, to) -> {
            to.write("half".getBytes(StandardCharsets.UTF_8));
            throw new IOException("the engine went away");
        };

        assertThatThrownBy(() -> kubelet.get(LOGS)).isInstanceOf(IOException.class);
    }

    @Test
    void aClientThatLeavesEndsWhatWaitsForTheEngine() throws Exception {
        var begun = new CountDownLatch(1);
        var interrupted = new CountDownLatch(1);
        kubelet.containers.log = (request, to) -> follow(to, begun, interrupted);
        var socket = raw("GET " + LOGS + "?follow=true HTTP/1.1\r\nHost: node\r\n\r\n");
        begun.await();
        socket.close();

        interrupted.await();
        assertThat(kubelet.containers.logs.getFirst().request().follow()).isTrue();
    }

    private static void follow(OutputStream to, CountDownLatch begun, CountDownLatch interrupted) throws IOException {
        to.write("a line\n".getBytes(StandardCharsets.UTF_8));
        begun.countDown();
        try {
            new CountDownLatch(1).await();
        } catch (InterruptedException e) {
            interrupted.countDown();
            throw new IOException(e);
        }
    }

    private SSLSocket raw(String text) throws IOException {
        var socket = kubelet.socket();
        socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
        return socket;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET /healthz HTTP/1.1\r\nHost: node\r\nContent-Length: 3\r\n\r\nabc",
                "GET /healthz HTTP/1.1\r\nHost: node\r\n\r\nGET /healthz HTTP/1.1\r\nHost: node\r\n\r\n",
                "nonsense\r\n\r\n"
            })
    void whatIsNoPlainRequestEndsTheConnection(String text) throws Exception {
        try (var socket = raw(text)) {
            assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                    .isEmpty();
        }
    }

    @Test
    void anAddressThatIsNotEncodedIsSaidToThoseWhoMayKnow() throws Exception {
        try (var socket = raw("GET /%zz HTTP/1.1\r\nHost: node\r\nConnection: close\r\n\r\n")) {
            assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                    .startsWith("HTTP/1.1 400 ");
        }
    }

    @Test
    void aLongHeadEndsTheConnection() throws Exception {
        try (var socket = raw("GET /healthz HTTP/1.1\r\nX: " + "x".repeat(17_000) + "\r\n\r\n")) {
            assertThat(socket.getInputStream().readAllBytes()).isEmpty();
        }
    }

    @Test
    void requestsFollowEachOtherOnAConnection() throws Exception {
        try (var client = HttpClient.newBuilder().sslContext(kubelet.trusted).build()) {
            var request = HttpRequest.newBuilder(kubelet.uri("/healthz")).build();
            for (var i = 0; i < 20; i++) {
                assertThat(client.send(request, HttpResponse.BodyHandlers.ofString())
                                .body())
                        .isEqualTo("ok");
            }
        }
    }

    @Test
    void anotherIdentityServesNewConnections() throws Exception {
        var others = new Certificates("others");
        kubelet.server.identity(others.server(List.of(others.authority())));
        var request = HttpRequest.newBuilder(kubelet.uri("/healthz")).build();

        assertThat(kubelet.send(others.context(others.issue("CN=someone")), request)
                        .statusCode())
                .isEqualTo(200);
        assertThatThrownBy(() -> kubelet.get("/healthz")).isInstanceOf(IOException.class);
    }

    @Test
    void aTakenPortIsAnErrorThatNamesIt() throws Exception {
        try (var second = new KubeletServer(kubelet, kubelet, () -> "", "here", false)) {
            assertThatThrownBy(() -> second.start(
                            InetAddress.getByName("127.0.0.1"), kubelet.port, KubeletFixture.CLUSTER.server(List.of())))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("127.0.0.1:" + kubelet.port);
            assertThat(second.start(InetAddress.getByName("127.0.0.1"), 0, KubeletFixture.CLUSTER.server(List.of())))
                    .isPositive();
        }
    }

    /** Although the client would rather have another one. */
    @Test
    void streamsAreEncryptedByWhatTheOperatorIsFastAt() throws Exception {
        try (var socket = kubelet.socket()) {
            socket.startHandshake();
            assertThat(socket.getSupportedCipherSuites()[0]).isNotEqualTo("TLS_CHACHA20_POLY1305_SHA256");
            assertThat(socket.getSession().getCipherSuite()).isEqualTo("TLS_CHACHA20_POLY1305_SHA256");
        }
    }
}
