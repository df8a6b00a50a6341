package dev.mayfly.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.mayfly.app.MayflyCommand;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * With an engine that reports its version and then breaks off, commands report that in one sentence and exit with the
 * documented code.
 */
class BreakingEngineTest {
    private HttpServer engine;
    /** Number of bytes of an answer before the engine breaks off. */
    private volatile int sent;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @BeforeEach
    void start() throws IOException {
        engine = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        var version = "{\"ApiVersion\":\"1.41\"}".getBytes(StandardCharsets.UTF_8);
        engine.createContext("/", call -> {
            if (call.getRequestURI().getPath().endsWith("/version")) {
                call.sendResponseHeaders(200, version.length);
                call.getResponseBody().write(version);
            } else if (sent > 0) {
                call.sendResponseHeaders(200, sent + 1);
                call.getResponseBody().write(new byte[] {'['}, 0, sent);
                call.getResponseBody().flush();
            }
            call.close();
        });
        engine.start();
    }

    @AfterEach
    void stop() {
        engine.stop(0);
    }

    @ParameterizedTest
    @CsvSource({
        "leftovers, 0", "images, 0", "scan, 0",
        "leftovers, 1", "images, 1", "scan, 1"
    })
    void isReportedInOneSentence(String command, int bytes) {
        sent = bytes;

        assertThat(run(command, "-o", "json")).isEqualTo(Exit.FAILED);

        assertThat(err.toString())
                .startsWith("mayfly: The engine did not report ")
                .doesNotContain("Exception")
                .endsWith(". Look again; if it persists, restart the engine\n")
                .hasLineCount(1);
    }

    @Test
    void anIncompleteCheckDoesNotReportThatNothingIsLeft() {
        run("leftovers");

        assertThat(err.toString()).doesNotContain("Nothing is left over").contains("could be looked at");
    }

    private int run(String... arguments) {
        var host = "tcp://127.0.0.1:" + engine.getAddress().getPort();
        return MayflyCommand.commandLine()
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err, true))
                .execute(Stream.concat(Arrays.stream(arguments), Stream.of("--host", host))
                        .toArray(String[]::new));
    }
}
