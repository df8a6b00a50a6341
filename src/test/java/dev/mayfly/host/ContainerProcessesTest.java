package dev.mayfly.host;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.host.Host.Sockets;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
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

        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
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

    @Test
    void acceptedConnectionsAreCountedAndThoseWithItselfAreNotOpen() throws Exception {
        isIn("0::/docker/" + CONTAINER);
        Files.createSymbolicLink(proc.resolve(process.pid() + "/net"), Path.of("/proc/self/net"));
        try (var server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            var ports = Set.of(server.getLocalPort());
            var before = sockets(ports).orElseThrow();
            try (var client = new Socket(server.getInetAddress(), server.getLocalPort());
                    var accepted = server.accept()) {
                var now = sockets(ports).orElseThrow();

                assertThat(now.accepted()).isGreaterThan(before.accepted());
                assertThat(now.open()).isFalse();
            }
        }
    }

    /** Port 8080 is 1F90. */
    @ParameterizedTest
    @CsvSource({
        "010AC00A:1F90, 0100C00A:C350, 01, true", // established
        "010AC00A:1F90, 0100C00A:C350, 08, true", // the client sends no more
        "010AC00A:1F90, 0100C00A:C350, 06, false", // it has ended
        "010AC00A:1F91, 0100C00A:C350, 01, false", // at another port
        "010AC00A:1F90, 0100007F:C350, 01, false", // with itself
        "0000000000000000FFFF0000010AC00A:1F90, 0000000000000000FFFF00000100C00A:C350, 01, true",
        "0000000000000000FFFF0000010AC00A:1F90, 0000000000000000FFFF00000100007F:C350, 01, false",
        "00000000000000000000000001000000:1F90, 00000000000000000000000001000000:C350, 01, false"
    })
    void anOpenConnectionIsOneOfAPortWithSomebodyElse(String local, String remote, String state, boolean open)
            throws IOException {
        isIn("0::/docker/" + CONTAINER);
        var net = Files.createDirectories(proc.resolve(process.pid() + "/net"));
        Files.writeString(net.resolve("snmp"), "Tcp: ActiveOpens PassiveOpens\nTcp: 7 42\n");
        Files.writeString(
                net.resolve("tcp"),
                "  sl  local_address rem_address   st\n   0: %s %s %s 00000000:00000000\n"
                        .formatted(local, remote, state));

        assertThat(sockets(Set.of(8080))).contains(new Sockets(42, open, 0));
    }

    @Test
    void whatAProcessHasNotAcceptedYetIsCounted() throws Exception {
        isIn("0::/docker/" + CONTAINER);
        Files.createSymbolicLink(proc.resolve(process.pid() + "/net"), Path.of("/proc/self/net"));
        try (var server = new ServerSocket(0, 8, InetAddress.getLoopbackAddress());
                var first = new Socket(server.getInetAddress(), server.getLocalPort());
                var second = new Socket(server.getInetAddress(), server.getLocalPort())) {
            var ports = Set.of(server.getLocalPort());

            assertThat(sockets(ports).orElseThrow().queued()).isEqualTo(2);
            server.accept().close();
            assertThat(sockets(ports).orElseThrow().queued()).isEqualTo(1);
        }
    }

    @Test
    void theConnectionsOfAnotherContainerAreNotRead() throws Exception {
        isIn("0::/docker/another");
        Files.createSymbolicLink(proc.resolve(process.pid() + "/net"), Path.of("/proc/self/net"));

        assertThat(sockets(Set.of(8080))).isEmpty();
    }

    private Optional<Sockets> sockets(Set<Integer> ports) {
        return new ContainerProcesses(proc).sockets(CONTAINER, process.pid(), ports);
    }

    private void isIn(String cgroup) throws IOException {
        var directory = Files.createDirectories(proc.resolve(Long.toString(process.pid())));
        Files.writeString(directory.resolve("cgroup"), cgroup + "\n");
    }

    private void kill(long id) {
        new ContainerProcesses(proc).kill(CONTAINER, id);
    }
}
