package dev.mayfly.runtime.docker.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import com.github.dockerjava.api.exception.ConflictException;
import com.github.dockerjava.api.exception.NotFoundException;
import dev.mayfly.host.LinuxHost;
import dev.mayfly.runtime.docker.Settings;
import dev.mayfly.runtime.docker.replica.ExecProbes;
import dev.mayfly.testing.engine.BothEngines;
import dev.mayfly.testing.engine.Docker;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Commands in containers, on a real engine. */
@Tag("engine")
@BothEngines
class CommandTest {
    private static final Duration LONG = Duration.ofSeconds(60);
    private static final int SIGKILL = 9;
    private static Engine engine;
    private static String container;

    @BeforeAll
    static void run() {
        engine = new EngineConnector(Settings.of("c0ffeec0ffee")).connect();
        container = Docker.client()
                .createContainerCmd("busybox:1.36")
                .withCmd("tail", "-f", "/dev/null")
                .exec()
                .getId();
        engine.start(container);
    }

    @AfterAll
    static void remove() throws IOException {
        engine.remove(container);
        engine.close();
    }

    @Test
    void reportsItsExitCodeAndOutput() {
        try (var command = ended("sh", "-c", "echo out; echo err >&2; exit 3")) {
            assertThat(engine.exitCode(command.id())).hasValue(3);
            assertThat(command.output()).contains("out", "err");
        }
    }

    @Test
    void oneThatIsNotThereEndsAsAShellHasIt() {
        try (var command = ended("/no/such")) {
            assertThat(engine.exitCode(command.id())).isPresent();
        }
    }

    @Test
    void oneThatNeverBeganIsNotWaitedForAsOneThatRuns() {
        var made =
                Docker.client().execCreateCmd(container).withCmd("true").exec().getId();
        var runs = running("until [ -e /tmp/end ]; do sleep 0.1; done");

        assertThat(engine.exitCode(made)).isEmpty();
        assertThat(ExecProbes.runs(engine, made)).isFalse();
        assertThat(ExecProbes.runs(engine, runs)).isTrue();
        Docker.exec(container, "touch", "/tmp/end");
        await().atMost(LONG).until(() -> !ExecProbes.runs(engine, runs));
    }

    @Test
    void aCommandThatDoesNotExitIsDetachedAndCanBeInspectedLater() {
        var runs = running("echo began; until [ -e /tmp/exit ]; do sleep 0.1; done");

        assertThat(engine.exitCode(runs)).isEmpty();
        Docker.exec(container, "touch", "/tmp/exit");
        await().atMost(LONG).until(() -> engine.exitCode(runs).isPresent());
    }

    /** The engine goes on to read it, at the expense of everybody. */
    @Test
    void oneThatPrintsWithoutEndIsReadNoFurtherAndCanBeKilled(@TempDir Path directory) {
        var host = new LinuxHost(directory, directory);
        try (var loud = ended("cat", "/dev/zero")) {
            assertThat(loud.isCutOff()).isTrue();
            assertThat(loud.hasEnded()).isFalse();

            host.kill("0".repeat(64), engine.process(loud.id()).orElseThrow());
            assertThat(ExecProbes.runs(engine, loud.id()))
                    .as("another container's")
                    .isTrue();
            host.kill(container, engine.process(loud.id()).orElseThrow());

            await().atMost(LONG).until(() -> engine.exitCode(loud.id()).isPresent());
            assertThat(engine.exitCode(loud.id()).getAsInt())
                    .as("137, or 126 where the engine noticed first that nobody reads")
                    .isIn(126, 128 + SIGKILL);
            assertThat(engine.process(loud.id())).isEmpty();
        }
    }

    @Test
    void nothingRunsInAContainerThatDoesNot() {
        var created = Docker.client().createContainerCmd("busybox:1.36").exec().getId();
        try {
            assertThatExceptionOfType(ConflictException.class)
                    .isThrownBy(() -> engine.begin(created, List.of("true"), 1024));
        } finally {
            engine.remove(created);
        }
        assertThatExceptionOfType(NotFoundException.class)
                .isThrownBy(() -> engine.begin(created, List.of("true"), 1024));
    }

    private static RunningCommand ended(String... command) {
        var begun = engine.begin(container, List.of(command), 1024);
        assertThat(begun.endsWithin(LONG)).isTrue();
        return begun;
    }

    /** @return the engine's ID of a script whose output is no longer read */
    private static String running(String script) {
        try (var begun = engine.begin(container, List.of("sh", "-c", script), 1024)) {
            assertThat(begun.endsWithin(Duration.ofMillis(400))).isFalse();
            return begun.id();
        }
    }
}
