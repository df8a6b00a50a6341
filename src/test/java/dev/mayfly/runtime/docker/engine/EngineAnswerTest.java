package dev.mayfly.runtime.docker.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.dockerjava.api.exception.InternalServerErrorException;
import dev.mayfly.core.model.Failure;
import dev.mayfly.runtime.ImageStore;
import dev.mayfly.runtime.ImageUnavailable;
import dev.mayfly.runtime.RuntimeUnavailable;
import java.net.SocketException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

class EngineAnswerTest {
    static final List<RuntimeException> SILENCES = List.of(
            new RuntimeException(new SocketException("Connection reset")),
            new IllegalStateException("Connection pool shut down")); // the connection was abandoned meanwhile

    static final List<RuntimeException> WORDS = List.of(
            new InternalServerErrorException("no space left on device"),
            new ImageStore.InUse("it is in use by web-0"),
            new ImageUnavailable(new Failure("ErrImagePull", "no such image")),
            new RuntimeUnavailable("it does not answer", null),
            new NullPointerException("a defect of ours"));

    @ParameterizedTest
    @FieldSource("SILENCES")
    void silenceLeavesTheTruthUnknown(RuntimeException silence) {
        assertThatThrownBy(() -> EngineAnswer.to("who it is", () -> {
                    throw silence;
                }))
                .isInstanceOf(RuntimeUnavailable.class)
                .hasMessageStartingWith("The engine did not report who it is: ")
                .hasCause(silence);
    }

    @ParameterizedTest
    @FieldSource("WORDS")
    void aRefusalIsPassedOn(RuntimeException words) {
        assertThatThrownBy(() -> EngineAnswer.to("who it is", () -> {
                    throw words;
                }))
                .isSameAs(words);
    }

    @Test
    void anAnswerIsAnAnswer() {
        assertThat(EngineAnswer.to("who it is", () -> "me")).isEqualTo("me");
    }
}
