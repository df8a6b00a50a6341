package dev.mayfly.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A process of this machine, beside a directory that says which container it is in. */
class ContainerProcessesTest {
    private static final String CONTAINER = "0394fce28ed75beb3a81e04e0afd1b9dd1386bf48dfd9654e666830ad135e45e";
    private static final int SIGKILL = 9;

    @TempDir
    Path proc;

    private Process process;

    @BeforeEach
    void start() throws IOException {
        process = new ProcessBuilder("sleep", "60").start();
    }

    @AfterEach
    void end() {
        process.destroyForcibly();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0::/docker/%s",
                "0::/system.slice/docker-%s.scope",
                "0::/docker/%s/of-its-own",
                "12:pids:/docker/%s"
            })
    void aProcessOfTheContainerIsKilled(String cgroup) throws Exception {
        isIn(cgroup.formatted(CONTAINER));

        kill(process.pid());

        assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isEqualTo(128 + SIGKILL);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0::/", "0::/docker/ec33f3a47f71", "0::/docker/not-%s"})
    void aProcessOfAnotherOneIsNot(String cgroup) throws Exception {
        isIn(cgroup.formatted(CONTAINER));

        kill(process.pid());

        assertThat(process.waitFor(200, TimeUnit.MILLISECONDS)).isFalse();
    }

    @Test
    void oneThatHasEndedIsNoError() throws Exception {
        isIn("0::/docker/" + CONTAINER);
        process.destroyForcibly().waitFor();

        kill(process.pid());
        kill(0);
    }

    private void isIn(String cgroup) throws IOException {
        var directory = Files.createDirectories(proc.resolve(Long.toString(process.pid())));
        Files.writeString(directory.resolve("cgroup"), cgroup + "\n");
    }

    private void kill(long id) {
        new ContainerProcesses(proc).kill(CONTAINER, id);
    }
}
