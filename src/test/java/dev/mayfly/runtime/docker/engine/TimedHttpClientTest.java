package dev.mayfly.runtime.docker.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.github.dockerjava.api.DockerClient;
import dev.mayfly.testing.engine.EngineProxy;
import dev.mayfly.testing.engine.EngineProxy.Mode;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.io.TempDir;

/** An engine that takes a call and never answers, on the kind of socket that engines have by default, and on TCP. */
@Timeout(value = 120, threadMode = ThreadMode.SEPARATE_THREAD)
@Tag("engine")
class TimedHttpClientTest {
    @TempDir
    Path directory;

    @Test
    void aSilentSocketTimesOutAndWorksOnceItAnswers() throws IOException {
        assertGivesUp(new EngineProxy(directory.resolve("engine.sock")));
    }

    @Test
    void aSilentPortTimesOutAndWorksOnceItAnswers() throws IOException {
        assertGivesUp(new EngineProxy());
    }

    private static void assertGivesUp(EngineProxy engine) throws IOException {
        try (engine;
                var client = await().ignoreExceptionsInstanceOf(TimedHttpClient.Late.class)
                        .until(
                                () -> EngineConnector.client(Optional.of(engine.address()), Duration.ofSeconds(3)),
                                made -> true)) {
            assertAnswers(client);

            engine.mode(Mode.SILENT);
            assertThatThrownBy(() -> client.pingCmd().exec())
                    .isInstanceOf(TimedHttpClient.Late.class)
                    .hasMessageStartingWith("no answer within 3 s to GET /");
            assertThat(Thread.currentThread().isInterrupted()).isFalse();

            engine.mode(Mode.PASS);
            assertAnswers(client);
        }
    }

    /** A busy machine's engine may be late as well. */
    private static void assertAnswers(DockerClient client) {
        await().ignoreExceptionsInstanceOf(TimedHttpClient.Late.class)
                .untilAsserted(() -> client.pingCmd().exec());
    }
}
