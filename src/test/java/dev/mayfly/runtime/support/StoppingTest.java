package dev.mayfly.runtime.support;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.core.model.Samples;
import dev.mayfly.core.model.Template.PreStop;
import dev.mayfly.runtime.Ownership;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class StoppingTest {

    @ParameterizedTest
    @MethodSource
    void whatIsPromisedIsReadBackFromTheLabels(Optional<PreStop> preStop) {
        var promised = Stopping.of(
                Samples.template("busybox")
                        .withLifecycle(
                                lifecycle -> lifecycle.withPreStop(preStop).withGrace(Duration.ofSeconds(7))),
                "SIGTERM");

        assertThat(Stopping.of(promised.labels())).isEqualTo(promised);
    }

    static Stream<Optional<PreStop>> whatIsPromisedIsReadBackFromTheLabels() {
        return Stream.of(
                Optional.empty(),
                Optional.of(new PreStop.Sleep(Duration.ZERO)),
                Optional.of(new PreStop.Sleep(Duration.ofSeconds(5))),
                Optional.of(new PreStop.Exec(List.of("sh", "-c", "echo \"bye, $HOSTNAME\" >/dev/stderr"))));
    }

    @Test
    void theTemplatesSignalOverridesTheImages() {
        var template = Samples.template("busybox");

        assertThat(Stopping.of(template, "SIGQUIT").signal()).isEqualTo("SIGQUIT");
        assertThat(Stopping.of(template.withLifecycle(lifecycle -> lifecycle.withStopSignal("SIGUSR1")), "SIGQUIT")
                        .signal())
                .isEqualTo("SIGUSR1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{", "[]", "{\"exec\":[]}", "{\"exec\":\"sh\"}", "{\"sleepSeconds\":\"long\"}"})
    void labelsThatCannotBeReadPromiseNothing(String preStop) {
        var stopping = Stopping.of(Map.of(Ownership.PRE_STOP, preStop, Ownership.GRACE, "-1"));

        assertThat(stopping).isEqualTo(Stopping.DEFAULT);
        assertThat(stopping.signal()).isEqualTo("SIGTERM");
    }
}
