package dev.mayfly.e2e.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.github.dockerjava.api.model.Container;
import dev.mayfly.e2e.Terminal;
import dev.mayfly.testing.Cluster;
import dev.mayfly.testing.Kubectl;
import dev.mayfly.testing.engine.Docker;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** kubectl lists, reads, enters, copies, forwards and measures replicas as any other Pods. */
class PodToolsIT extends NodeScenario {
    private static final int MEGABYTE = 1 << 20;

    @TempDir
    private Path directory;

    PodToolsIT() {
        super("podtools");
    }

    private void web() {
        shows("web", 1, "i=0; while [ $i -lt 20 ]; do i=$((i+1)); echo line $i; done; exec tail -f /dev/null");
    }

    @Test
    void theyAreListedAndDescribed() {
        shows("web", 2, STAYS);
        ready("web-1");

        assertThat(kubectl.run("get", "pods", "-o", "wide").lines().toList())
                .hasSize(3)
                .anySatisfy(line -> assertThat(line)
                        .matches("web-0 +1/1 +Running +0 .*")
                        .contains(node().getMetadata().getName()));
        assertThat(kubectl.run("get", "pods", "-l", "app=web", "-o", "name")).isEqualTo("pod/web-0\npod/web-1");
        kubectl.run("wait", "--for=condition=Ready", "pod/web-0", "--timeout=60s");
        assertThat(kubectl.run("describe", "pod", "web-0"))
                .contains("Controlled By:  EphemeralWorkload/web", "docker://", "busybox:1.36");
    }

    @Test
    void theirLogsAreRead() {
        web();

        await("it has printed them")
                .atMost(SOON)
                .untilAsserted(() -> assertThat(kubectl.run("logs", "web-0").lines())
                        .hasSize(20)
                        .startsWith("line 1")
                        .endsWith("line 20"));
        assertThat(kubectl.run("logs", "web-0", "--tail=3")).isEqualTo("line 18\nline 19\nline 20");
        assertThat(kubectl.run("logs", "web-0", "--limit-bytes=10")).isEqualTo("line 1\nlin");
        assertThat(kubectl.run("logs", "web-0", "--tail=1", "--timestamps"))
                .matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d+Z line 20");
        assertThat(kubectl.run("logs", "web-0", "--since=1h").lines()).hasSize(20);
        assertThat(kubectl.run("logs", "-l", "app=web", "--tail=1")).isEqualTo("line 20");
    }

    @Test
    void theyAreFollowedToTheirEndAndReadAfterwards() throws Exception {
        shows("web", 1, "echo begun; until [ -e /tmp/go ]; do sleep 0.1; done; echo over; exit 3");

        var follower = kubectl.starting("logs", "-f", "web-0")
                .redirectErrorStream(true)
                .start();
        var lines = follower.inputReader();
        assertThat(lines.readLine()).isEqualTo("begun");
        Docker.end(workloads.running("web").getFirst().getId(), "touch", "/tmp/go");
        assertThat(lines.readLine()).isEqualTo("over");
        assertThat(lines.readLine()).as("the end").isNull();
        assertThat(follower.waitFor()).isZero();
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(pod("web-0")
                                .getStatus()
                                .getContainerStatuses()
                                .getFirst()
                                .getRestartCount())
                        .isPositive());
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(
                                kubectl.tried("logs", "--previous", "web-0").output())
                        .startsWith("begun"));
        endedWith("3");
    }

    @ParameterizedTest
    @CsvSource({"exit 0, 0", "exit 1, 1", "exit 137, 137", "kill -9 $$, 137"})
    void commandsEndWithTheirOwnExitCode(String script, int code) throws IOException {
        web();

        assertThat(kubectl.fed(go(), "exec", "-i", "web-0", "--", "sh", "-c", "read go; " + script)
                        .code())
                .isEqualTo(code);
    }

    @Test
    void commandsHaveInputOutputAndErrors() throws Exception {
        web();
        var input = Files.writeString(directory.resolve("input"), "one\ntwo\n");

        assertThat(kubectl.fed(input, "exec", "-i", "web-0", "--", "wc", "-l").output())
                .isEqualTo("2");
        var process = kubectl.starting("exec", "-i", "web-0", "--", "sh", "-c", "read go; echo out; echo err >&2")
                .redirectInput(go().toFile())
                .start();
        assertThat(new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                .isEqualTo("out\n");
        assertThat(new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8))
                .endsWith("err\n"); // kubectl itself may complain first
        assertThat(kubectl.overSpdy()
                        .tried("exec", "web-0", "--", "no-such-command")
                        .code())
                .isNotZero();
    }

    /** Over WebSocket, kubectl's own way, and over SPDY; with the system's older kubectl as well. */
    @ParameterizedTest
    @ValueSource(strings = {"true", "false"})
    void bothProtocolsOfKubectlWork(String webSockets) throws Exception {
        web();
        for (var tool : List.of(kubectl, kubectl.of(Path.of("/usr/bin/kubectl")))) {
            var builder = tool.starting("exec", "-i", "web-0", "--", "sh", "-c", "read go; echo here; exit 7")
                    .redirectInput(go().toFile())
                    .redirectError(ProcessBuilder.Redirect.DISCARD);
            builder.environment().put("KUBECTL_REMOTE_COMMAND_WEBSOCKETS", webSockets);
            var process = builder.start();
            assertThat(new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                    .isEqualTo("here\n");
            assertThat(process.waitFor()).isEqualTo(7);
        }
    }

    /** Input for a command that waits for it: once it comes, kubectl has made its streams and loses nothing. */
    private Path go() throws IOException {
        return Files.writeString(directory.resolve("go"), "go\n");
    }

    /** Its WebSocket reaches the node: the API server ends only newer protocols itself. */
    @Test
    void theJavaClientRunsCommands() throws Exception {
        web();
        var output = new ByteArrayOutputStream();

        try (var command = Cluster.client()
                .pods()
                .inNamespace(workloads.namespace())
                .withName("web-0")
                .writingOutput(output)
                .exec("sh", "-c", "echo here; exit 7")) {
            assertThat(command.exitCode().get(1, TimeUnit.MINUTES)).isEqualTo(7);
        }
        assertThat(output.toString(StandardCharsets.UTF_8)).isEqualTo("here\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"exec -it web-0 -- sh", "mayfly run --rm -it busybox:1.36 -- sh"})
    void aTerminalHasItsSizeAlsoWhenThatChanges(String command) throws Exception {
        web();

        try (var screen = screen("kubectl " + command)) {
            screen.typeUntil("stty size", "33 111");
            screen.resize(44, 122);
            screen.typeUntil("stty size", "44 122");

            screen.type("exit 9");
            assertThat(screen.exitCode()).as(screen.text()).isEqualTo(9);
        }
    }

    /** Of the replica's own shell, which does not end with kubectl, and kubectl not with an error as the shell does. */
    @Test
    void whoAttachesHasTheTerminalOfTheReplica() throws Exception {
        shows("web", 1, "exec sh", "stdin: true\ntty: true\n");
        var container = ids("web");

        try (var screen = screen("kubectl attach -it web-0")) {
            screen.typeUntil("stty size; said=again", "33 111");
            screen.resize(44, 122);
            screen.typeUntil("stty size", "44 122");
            assertThat(screen.text()).doesNotContain("Unable to use a TTY");
        }
        assertThat(ids("web")).isEqualTo(container);

        try (var screen = screen("kubectl attach -it web-0")) {
            screen.typeUntil("echo once $said", "once again");
            screen.type("exit 9");
            assertThat(screen.exitCode()).as(screen.text()).isZero();
        }
        endedWith("9");
    }

    /** The container before the one that runs now. */
    private void endedWith(String code) {
        var field = "jsonpath={.status.containerStatuses[0].lastState.terminated.exitCode}";
        await("its end is shown")
                .atMost(SOON)
                .untilAsserted(() -> assertThat(kubectl.run("get", "pod", "web-0", "-o", field))
                        .isEqualTo(code));
    }

    private Screen screen(String command) throws IOException {
        var own = Files.createTempDirectory(directory, "terminal");
        return new Screen(new Terminal(own, workloads.namespace()), own, command);
    }

    @Test
    void filesAreCopiedBothWays() throws Exception {
        web();
        var there = random(100 * MEGABYTE);
        var back = directory.resolve("back");

        kubectl.run("cp", there.toString(), "web-0:/data/file");
        kubectl.overSpdy().run("cp", "web-0:/data/file", back.toString());

        assertThat(sum(back)).isEqualTo(sum(there));
        kubectl.run("cp", Files.writeString(directory.resolve("note"), "noted").toString(), "web-0:/tmp/note");
        assertThat(kubectl.overSpdy().answered("exec", "web-0", "--", "cat", "/tmp/note"))
                .isEqualTo(new Kubectl.Result(0, "noted"));
        var refused = kubectl.tried("cp", there.toString(), "web-0:/file");
        assertThat(refused.code()).isNotZero();
        assertThat(refused.output()).contains("Read-only file system");
    }

    /** Half of them over WebSocket, whose client may lose output that comes at once, and never says other than what came. */
    @Test
    void manyAreEnteredAtOnce() throws Exception {
        web();
        List<Future<Kubectl.Result>> entered = new ArrayList<>();
        try (var threads = Executors.newFixedThreadPool(8)) { // kubectl itself is what takes the time
            for (var i = 0; i < 40; i++) {
                var tool = i % 2 == 0 ? kubectl : kubectl.overSpdy();
                var script = "echo " + i + "; exit " + i;
                entered.add(threads.submit(() -> tool.answered("exec", "web-0", "--", "sh", "-c", script)));
            }
        }
        for (var i = 0; i < entered.size(); i++) {
            var result = entered.get(i).get();
            assertThat(result.code()).as(result.output()).isEqualTo(i);
            assertThat(result.output()).isIn(Integer.toString(i), i % 2 == 0 ? "" : Integer.toString(i));
        }
    }

    @Test
    void portsAreForwarded() throws Exception {
        shows(
                "web",
                1,
                "echo hello >/data/index.html; exec httpd -f -p 8000 -h /data",
                "readinessProbe: {tcpSocket: {port: 8000}, periodSeconds: 1}\n");
        var process = kubectl.starting("port-forward", "--address=127.0.0.1", "pod/web-0", ":8000", ":8001")
                .redirectErrorStream(true)
                .start();
        try {
            var lines = process.inputReader();
            var open = port(lines.readLine());
            var closed = port(lines.readLine());

            assertThat(fetched(open)).endsWith("hello\n");
            assertThat(fetched(open)).endsWith("hello\n");
            assertThat(fetched(closed)).isEmpty();
        } finally {
            process.destroy();
        }
    }

    private static int port(String line) {
        assertThat(line).startsWith("Forwarding from 127.0.0.1:");
        return Integer.parseInt(line.substring(line.indexOf(':') + 1, line.indexOf(" ->")));
    }

    /** Empty where the connection is closed without an answer. */
    private static String fetched(int port) throws IOException {
        try (var socket = new Socket("127.0.0.1", port)) {
            socket.setSoTimeout((int) SOON.toMillis());
            socket.getOutputStream().write("GET / HTTP/1.0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        } catch (java.net.SocketException reset) {
            return "";
        }
    }

    @Test
    void theyAreAttachedTo() throws Exception {
        shows("web", 1, "while true; do echo tick; sleep 1; done");

        var process =
                kubectl.starting("attach", "web-0").redirectErrorStream(true).start();
        try {
            var lines = process.inputReader().lines().filter("tick"::equals).limit(2);
            assertThat(lines).hasSize(2);
        } finally {
            process.destroy();
        }
    }

    /** Nothing is added to a replica. Without that answer kubectl would wait for ever. */
    @Test
    void whoWantsToDebugThemIsRefusedSoon() throws Exception {
        web();
        var before = ids("web");

        var process = kubectl.starting(
                        "debug", "web-0", "--image=busybox:1.36", "--container=debugger", "--stdin", "--", "true")
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("debug").toFile())
                .start();
        try {
            assertThat(process.waitFor(SOON.toSeconds(), TimeUnit.SECONDS))
                    .as("ended")
                    .isTrue();
            assertThat(process.exitValue())
                    .as(Files.readString(directory.resolve("debug")))
                    .isNotZero();
        } finally {
            process.destroyForcibly();
        }

        assertThat(pod("web-0").getStatus().getEphemeralContainerStatuses())
                .singleElement()
                .satisfies(debugger -> {
                    assertThat(debugger.getName()).isEqualTo("debugger");
                    assertThat(debugger.getState().getTerminated().getReason())
                            .isEqualTo("EphemeralContainersNotSupported");
                });
        assertThat(isReady(pod("web-0"))).isTrue();
        assertThat(Docker.containers(Map.of("mayfly.dev/namespace", workloads.namespace())))
                .extracting(Container::getId)
                .containsExactlyElementsOf(before);
        assertThat(workloads.running("web")).hasSize(1);
    }

    /** The metrics that metrics-server scrapes. */
    @Test
    void whatTheyUseIsMeasured() {
        web();

        var labels = "{container=\"web\",namespace=\"" + workloads.namespace() + "\",pod=\"web-0\"}";
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(kubectl.run(
                                        "get",
                                        "--raw",
                                        "/api/v1/nodes/" + node().getMetadata().getName() + "/proxy/metrics/resource")
                                .lines()
                                .toList())
                        .anyMatch(line -> line.startsWith("container_cpu_usage_seconds_total" + labels))
                        .anyMatch(line -> line.startsWith("container_memory_working_set_bytes" + labels))
                        .anyMatch(line -> line.startsWith("node_cpu_usage_seconds_total ")));
        assertThat(kubectl.run(
                        "get", "--raw", "/api/v1/nodes/" + node().getMetadata().getName() + "/proxy/stats/summary"))
                .contains("\"name\":\"web-0\"");
    }

    private Path random(int size) throws IOException {
        var file = directory.resolve("random");
        var bytes = new byte[MEGABYTE];
        var random = new Random(1);
        try (OutputStream out = Files.newOutputStream(file)) {
            for (var written = 0; written < size; written += bytes.length) {
                random.nextBytes(bytes);
                out.write(bytes);
            }
        }
        return file;
    }

    private static String sum(Path file) throws IOException, NoSuchAlgorithmException {
        var digest = MessageDigest.getInstance("SHA-256");
        try (var in = Files.newInputStream(file)) {
            var bytes = new byte[MEGABYTE];
            for (int n; (n = in.read(bytes)) >= 0; ) {
                digest.update(bytes, 0, n);
            }
        }
        return HexFormat.of().formatHex(digest.digest());
    }
}
