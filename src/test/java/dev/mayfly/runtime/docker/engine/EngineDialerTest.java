package dev.mayfly.runtime.docker.engine;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.core.DefaultDockerClientConfig;
import dev.mayfly.testing.engine.StreamEngine;
import java.io.EOFException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Raw calls, against an engine that answers byte by byte. */
@Timeout(value = 120, threadMode = ThreadMode.SEPARATE_THREAD)
class EngineDialerTest {
    private static final String CHUNKED = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";

    @TempDir
    Path folder;

    private StreamEngine engine;

    @BeforeEach
    void listen() {
        engine = new StreamEngine(folder.resolve("engine.sock"));
    }

    @AfterEach
    void end() throws IOException {
        engine.close();
    }

    @Test
    void theEndOfTheInputArrivesAndTheOutputGoesOn() throws IOException {
        echoes(engine);

        assertEchoes(engine);
    }

    @Test
    void soItDoesOverTcp() throws IOException {
        try (var tcp = new StreamEngine()) {
            echoes(tcp);

            assertEchoes(tcp);
        }
    }

    private static void echoes(StreamEngine engine) {
        engine.on("POST /exec/x/start", line -> {
            line.upgraded();
            line.say("heard " + line.hear() + " for " + line.body());
        });
    }

    private static void assertEchoes(StreamEngine engine) throws IOException {
        try (var connection = dialer(engine).hijack("/exec/x/start", "{\"Tty\":true}")) {
            connection.write("xhellox".getBytes(UTF_8), 1, 5);
            connection.closeOutput();

            assertThat(connection.input()).hasContent("heard hello for {\"Tty\":true}");
        }
        assertThat(engine.calls()).containsExactly("POST /exec/x/start");
    }

    @Test
    void theHeadMayArriveInPartsAndTogetherWithOutput() throws IOException {
        engine.on("POST /exec/x/start", line -> {
            line.say("HTTP/1.1 101 UPGRADED\r\n");
            line.say("Upgrade: tcp\r\n\r");
            line.say("\nfirst");
            line.say(" second");
        });

        try (var connection = dialer(engine).hijack("/exec/x/start", "")) {
            assertThat(connection.input()).hasContent("first second");
        }
    }

    @Test
    void aRefusalHasTheEnginesWords() {
        engine.answer("POST /exec/x/start", 409, "{\"message\":\"it is paused\"}");

        assertThatThrownBy(() -> dialer(engine).hijack("/exec/x/start", ""))
                .isInstanceOfSatisfying(DockerException.class, refused -> {
                    assertThat(refused.getHttpStatus()).isEqualTo(409);
                    assertThat(EngineWords.of(refused)).isEqualTo("it is paused");
                });
        assertThatThrownBy(() -> dialer(engine).get("/containers/x/logs", false))
                .isInstanceOf(NotFoundException.class);
    }

    @Test
    void aHeadWithoutEndIsNotReadOn() {
        engine.on("GET /x", line -> {
            line.say("HTTP/1.1 200 OK\r\n");
            while (true) {
                line.say("X-Y: 1234567890\r\n");
            }
        });

        assertThatThrownBy(() -> dialer(engine).get("/x", false))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("head of the engine's answer is too long");
    }

    @ParameterizedTest
    @ValueSource(strings = {"SSH-2.0-x\r\n\r\n", "HTTP/1.1 2x0 OK\r\n\r\n", "HTTP/1.1\r\n\r\n", "\r\n\r\n"})
    void whatIsNotHttpIsAnError(String head) {
        engine.on("GET /x", line -> line.say(head));

        assertThatThrownBy(() -> dialer(engine).get("/x", false)).hasMessageContaining("is not HTTP");
    }

    @Test
    void anEngineThatClosesTheConnectionDidNotAnswer() {
        engine.on("GET /x", line -> line.say("HTTP/1.1 200"));

        assertThatThrownBy(() -> dialer(engine).get("/x", false)).isInstanceOf(EOFException.class);
    }

    @Test
    void chunksAreJoined() throws IOException {
        engine.on("GET /x", line -> {
            line.say(CHUNKED + "5\r\nhello\r\n");
            line.say("1;a=b\r\n \r\n000A\r\n0123456789\r\n0\r\n\r\n");
        });

        try (var answer = dialer(engine).get("/x", false)) {
            assertThat(answer.input()).hasContent("hello 0123456789");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "5\r\nhel",
                "5\r\nhello\r\n",
                "5\r\nhello",
                "",
                "2\r\nhello\r\n0\r\n\r\n",
                "-1\r\n",
                "x\r\n",
                "ffffffffffffffff\r\n"
            })
    void anAnswerThatIsCutOffOrMalformedIsNoEnd(String body) throws IOException {
        engine.on("GET /x", line -> line.say(CHUNKED + body));

        try (var answer = dialer(engine).get("/x", false)) {
            assertThatThrownBy(() -> answer.input().readAllBytes()).isInstanceOf(IOException.class);
        }
    }

    @Test
    void aSilentEngineIsNotAwaitedForEver() {
        var over = new CountDownLatch(1);
        engine.on("GET /x", line -> await(over));

        assertThatThrownBy(() -> dialer(engine, Duration.ofSeconds(1)).get("/x", false))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("did not answer within");
        over.countDown();
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static EngineDialer dialer(StreamEngine engine) {
        return dialer(engine, Duration.ofSeconds(30));
    }

    private static EngineDialer dialer(StreamEngine engine, Duration patience) {
        return EngineDialer.of(
                DefaultDockerClientConfig.createDefaultConfigBuilder()
                        .withDockerHost(engine.address())
                        .withApiVersion("1.41")
                        .build(),
                patience);
    }
}
