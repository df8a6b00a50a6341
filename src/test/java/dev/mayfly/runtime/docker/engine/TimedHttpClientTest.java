package dev.mayfly.runtime.docker.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mayfly.testing.engine.EngineProxy;
import dev.mayfly.testing.engine.EngineProxy.Mode;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.io.TempDir;

/** An engine that takes a call and never answers, on the kind of socket that engines have by default, and on TCP. */
@Timeout(value = 120, threadMode = ThreadMode.SEPARATE_THREAD)
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
                var client = EngineConnector.client(Optional.of(engine.address()), Duration.ofSeconds(3))) {
            client.pingCmd().exec();

            engine.mode(Mode.SILENT);
            assertThatThrownBy(() -> client.pingCmd().exec())
                    .isInstanceOf(TimedHttpClient.Late.class)
                    .hasMessageStartingWith("no answer within 3 s to GET /");
            assertThat(Thread.currentThread().isInterrupted()).isFalse();

            engine.mode(Mode.PASS);
            client.pingCmd().exec();
        }
    }
}
