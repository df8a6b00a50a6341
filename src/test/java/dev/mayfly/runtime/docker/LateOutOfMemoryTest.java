package dev.mayfly.runtime.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mayfly.core.model.Failure;
import dev.mayfly.core.model.Replica;
import dev.mayfly.core.model.Termination;
import dev.mayfly.core.model.Termination.Exit;
import dev.mayfly.testing.engine.AnsweringEngine;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A busy engine reports that a container ran out of memory after it reported the exit, and does not describe it so. */
class LateOutOfMemoryTest {
    private final AnsweringEngine engine = new AnsweringEngine();
    private final DockerRuntime runtime =
            new DockerRuntime(Settings.of(Answers.CLUSTER, engine.address()), Optional.empty(), InstantSource.system());

    @AfterEach
    void close() {
        runtime.close();
        engine.close();
    }

    @Test
    void theTerminationIsCorrected() {
        describe(Answers.state(true, 0, "", Answers.STARTED, Answers.NEVER));
        engine.answer(
                "/containers/json",
                "[{\"Id\":\"c1\",\"Names\":[\"/%s\"],\"Created\":1767268800,\"State\":\"running\",\"Labels\":%s}]"
                        .formatted(Answers.name(), Answers.text(Answers.labels())));
        runtime.start();
        describe(Answers.state(false, 137, "", Answers.STARTED, Answers.ENDED));

        engine.report("die", "c1", "{\"exitCode\":\"137\"}");
        await().untilAsserted(() -> assertThat(reason()).contains("Killed"));
        engine.report("oom", "c1", "{}");

        await().untilAsserted(() -> assertThat(reason()).contains("OOMKilled"));
        assertThat(termination().reason()).isEqualTo("OOMKilled");
        assertThat(termination().exit()).contains(new Exit(137, "SIGKILL"));
    }

    private void describe(String state) {
        engine.answer(
                "/containers/c1/json",
                "{\"Id\":\"c1\",\"Name\":\"/%s\",\"Created\":\"%s\",\"Config\":{\"Labels\":%s},\"HostConfig\":{},\"State\":%s}"
                        .formatted(
                                Answers.name(),
                                Answers.CREATED,
                                Answers.text(Answers.labels()),
                                state.replace("/*oom*/", "")));
    }

    private Optional<String> reason() {
        return runtime.observe(Answers.LAUNCH.id().owner(), Instant.now())
                .find(Answers.LAUNCH.id())
                .map(Replica::outcome)
                .flatMap(outcome -> outcome.failure().map(Failure::reason));
    }

    private Termination termination() {
        return runtime.terminations()
                .orElseThrow()
                .terminations(Answers.LAUNCH.id().owner())
                .getFirst();
    }
}
