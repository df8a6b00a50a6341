package dev.mayfly.runtime.docker.engine;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.exception.NotFoundException;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class EngineWordsTest {

    @Test
    void theEnginesWordsStandWithoutTheProtocolAroundThem() {
        var refused = new NotFoundException("Status 404: {\"message\":\"No such image: nope:1\"}\n");

        assertThat(EngineWords.of(refused)).isEqualTo("No such image: nope:1");
    }

    @Test
    void quotesAndLineBreaksInThemAreReadable() {
        var refused = new DockerException("Status 400: {\"message\":\"exec: \\\"nope\\\":\\nnot found\"}", 400);

        assertThat(EngineWords.of(refused)).isEqualTo("exec: \"nope\": not found");
    }

    @Test
    void wordsWithoutAProtocolStayAsTheyAre() {
        assertThat(EngineWords.of(new IOException(" connection refused\n"))).isEqualTo("connection refused");
        assertThat(EngineWords.of(new DockerException("pull access denied", 500)))
                .isEqualTo("pull access denied");
    }

    @Test
    void theClassOfACauseIsNoWord() {
        assertThat(EngineWords.of(new RuntimeException(new IOException("127.0.0.1:2375 failed to respond"))))
                .isEqualTo("127.0.0.1:2375 failed to respond");
        assertThat(EngineWords.of(new IOException("lookup r.example: no such host")))
                .isEqualTo("lookup r.example: no such host");
    }

    @Test
    void addressesWithCredentialsAreCut() {
        var said =
                "Get \"https://store.example/blob?X-Amz-Signature=5ec3e7\": dial tcp, then http://ann:pw@r.example/v2/: EOF";

        assertThat(EngineWords.of(new DockerException(said, 500)))
                .isEqualTo("Get \"https://store.example/blob?…\": dial tcp, then http://…@r.example/v2/: EOF");
    }

    @Test
    void anEndlessMessageIsCut() {
        assertThat(EngineWords.of(new IOException("x".repeat(5000))))
                .hasSize(500)
                .endsWith("…");
    }

    /** A command is one string of up to 16 KiB, and the engine repeats it. */
    @Test
    void aMessageOfAnyLengthIsReadOnASmallStack() throws InterruptedException {
        var words = new AtomicReference<String>();
        var refused = new DockerException(
                "Status 400: {\"message\":\"exec: \\\"" + "x".repeat(100_000) + "\\\": not found\"}", 400);

        var reader = new Thread(null, () -> words.set(EngineWords.of(refused)), "reader", 256 * 1024);
        reader.start();
        reader.join();

        assertThat(words.get()).startsWith("exec: \"xxx").hasSize(500);
    }

    @Test
    void aFailureWithoutWordsIsNoFailureHere() {
        assertThat(EngineWords.of(new IOException())).isEqualTo("null");
    }
}
