package dev.mayfly.probe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;

import dev.mayfly.core.model.OwnerId;
import dev.mayfly.core.model.Probe.HttpGet;
import dev.mayfly.core.model.Samples;
import dev.mayfly.core.model.Tenants;
import dev.mayfly.fair.FairExecutor;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** TLS handshakes of one namespace's replicas beside the probes of others. */
class HandshakesTest {
    private static final OwnerId HOSTILE = Tenants.owner("hostile", "tls");
    private static final Duration SHORT = Duration.ofSeconds(3);
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final String OK = "HTTP/1.1 200 OK\r\n\r\n";

    private final FairExecutor handshakes = new FairExecutor("test-tls", 2);
    private final NetworkProbes wire = new NetworkProbes(handshakes, new ProbeConnections());

    @TempDir
    private Path directory;

    private SSLContext tls;

    @BeforeEach
    void makeKeys() throws Exception {
        tls = SelfSigned.context(directory);
    }

    @AfterEach
    void close() {
        wire.close();
    }

    /** Groups of finite fields take hundreds of times as long as the others; a server that has none else refuses. */
    @Test
    void noReplicaChoosesAnExpensiveHandshake() throws Exception {
        try (var expensive = Server.over(listening("ffdhe8192"), request -> OK)) {
            assertThat(ask(HOSTILE, true, expensive, PATIENCE).get(40, TimeUnit.SECONDS))
                    .returns(Answer.Outcome.FAILURE, Answer::outcome)
                    .extracting(Answer::said, STRING)
                    .contains("Received fatal alert");
        }
    }

    /** @param begun whether its keys are made before the namespace's thread is busy, so that only later steps wait */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aNamespaceWaitsForItsOwnHandshakesOnlyAndIsNotLate(boolean begun) throws Exception {
        var busy = new CountDownLatch(1);
        try (var server = Server.over(listening(), request -> OK);
                var plain = Server.answering(request -> OK)) {
            var waits = new CompletableFuture<Answer>();
            // on the loop's thread, so that no later step comes between
            wire.execute(() -> {
                if (!begun) {
                    handshakes.execute(HOSTILE, () -> await(busy));
                }
                ask(HOSTILE, true, server, SHORT).thenAccept(waits::complete);
                if (begun) {
                    handshakes.execute(HOSTILE, () -> await(busy));
                }
            });

            assertThat(ask(HOSTILE, false, plain, PATIENCE).get(40, TimeUnit.SECONDS))
                    .isEqualTo(Answer.SUCCESS);
            assertThat(ask(Samples.WEB, true, server, PATIENCE).get(40, TimeUnit.SECONDS))
                    .isEqualTo(Answer.SUCCESS);
            var longer = new CompletableFuture<Void>();
            wire.schedule(SHORT.plusSeconds(1), () -> longer.complete(null));
            longer.get(40, TimeUnit.SECONDS);
            assertThat(waits).isNotDone();

            busy.countDown();
            assertThat(waits.get(40, TimeUnit.SECONDS)).isEqualTo(Answer.SUCCESS);
        }
    }

    private CompletableFuture<Answer> ask(OwnerId owner, boolean secure, Server server, Duration timeout) {
        var answer = new CompletableFuture<Answer>();
        wire.http(owner, "127.0.0.1", new HttpGet(secure, server.port(), "/", List.of()), timeout)
                .ask(answer::complete);
        return answer;
    }

    /** @param groups that the server agrees to; none for all of the JDK's */
    private ServerSocket listening(String... groups) throws Exception {
        var socket = (SSLServerSocket)
                tls.getServerSocketFactory().createServerSocket(0, 50, InetAddress.getLoopbackAddress());
        if (groups.length > 0) {
            var parameters = socket.getSSLParameters();
            parameters.setNamedGroups(groups);
            socket.setSSLParameters(parameters);
        }
        return socket;
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException closed) {
            Thread.currentThread().interrupt();
        }
    }
}
