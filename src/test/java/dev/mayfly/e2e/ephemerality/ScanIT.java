package dev.mayfly.e2e.ephemerality;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.mayfly.e2e.OperatorScenario;
import dev.mayfly.e2e.image.Cli;
import java.io.IOException;
import java.util.List;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** {@code mayfly scan} on containers that users created with {@code docker run}. */
class ScanIT extends OperatorScenario {
    private static final String WRITER = "scan-it-writer";
    private static final String IDLE = "scan-it-idle";
    private static final String SECRET = "hunter2";

    ScanIT() {
        super("scan");
    }

    @BeforeAll
    void somebodyRunsContainers() {
        removeContainers();
        Cli.docker(
                "run",
                "-d",
                "--name",
                WRITER,
                "-e",
                "PASSWORD=" + SECRET,
                "-v",
                "/data",
                "busybox:1.36",
                "sh",
                "-c",
                "mkdir -p /var/lib/app && echo kept >/var/lib/app/file && echo kept >/data/file"
                        + " && exec tail -f /dev/null");
        Cli.docker("run", "-d", "--name", IDLE, "busybox:1.36", "tail", "-f", "/dev/null");
        await().atMost(SOON)
                .until(() -> Cli.tried("exec", WRITER, "cat", "/data/file").code() == 0);
    }

    @AfterAll
    void removeContainers() {
        Cli.tried("rm", "-f", "-v", WRITER, IDLE);
        Cli.docker("volume", "ls", "-q", "--filter", "label=mayfly.dev/namespace=" + workloads.namespace())
                .lines()
                .forEach(volume -> Cli.tried("volume", "rm", volume));
    }

    @Test
    void whatWasWrittenAndTheAnonymousVolumeWithDataAreNamed() throws IOException {
        var writer = report(WRITER);

        assertThat(writer.get("exact").asBoolean()).isTrue();
        assertThat(texts(writer.get("writes"), "path")).containsExactly("/var/lib/app/file");
        assertThat(writer.get("suggestedVolumes").get(0).asText()).isEqualTo("/var/lib/app");
        var volume = writer.get("anonymousVolumes").get(0);
        assertThat(volume.get("path").asText()).isEqualTo("/data");
        assertThat(volume.get("changed").asLong()).isEqualTo(1);
        assertThat(report(IDLE).get("count").asInt()).isZero();
        assertThat(Cli.mayfly("scan").output())
                .containsPattern(WRITER + " .*/var/lib/app .*/data \\(5 B in 1 files\\)");
    }

    @Test
    void scriptsLearnByTheExitCode() {
        assertThat(Cli.mayfly("scan " + WRITER).code()).isZero();
        assertThat(Cli.mayfly("scan --exit-code " + WRITER).code()).isEqualTo(1);
        assertThat(Cli.mayfly("scan --exit-code " + IDLE).code()).isZero();
        assertThat(Cli.mayfly("scan --filter wrote=true -o name").output())
                .contains("container/" + WRITER)
                .doesNotContain(IDLE);
        assertThat(Cli.mayfly("scan --host unix:///nowhere.sock"))
                .matches(result -> result.code() == 1)
                .extracting(Cli.Result::output)
                .asString()
                .startsWith("mayfly: No engine answers at unix:///nowhere.sock");
        assertThat(Cli.mayfly("scan --bogus").code()).isEqualTo(2);
    }

    @Test
    void anUnknownNameDoesNotHideTheOthers() {
        assertThat(Cli.mayfly("scan -o name nobody " + IDLE))
                .isEqualTo(new Cli.Result(
                        1, "container/" + IDLE + "\nmayfly: No container is called nobody: docker ps -a lists them"));
    }

    @Test
    void aManifestThatIsPrintedRunsWithTheVolumesItNeeds() {
        var manifest = Cli.mayfly("scan -o yaml --show-env " + WRITER).output();

        workloads.apply(manifest.substring(manifest.indexOf("apiVersion"))
                .replace("  template:\n", "  template:\n    terminationGracePeriodSeconds: 1\n"));

        workloads.awaitRunning(WRITER, 1);
        var replica = workloads.running(WRITER).getFirst();
        await().atMost(SOON)
                .until(() -> Cli.in(replica, "cat /var/lib/app/file /data/file")
                        .output()
                        .equals("kept\nkept"));
        assertThat(Cli.in(replica, "echo x >/elsewhere").output()).contains("Read-only file system");
        gone(WRITER);
    }

    @Test
    void valuesOfVariablesAreNotPrintedUnlessRequested() {
        assertThat(Cli.mayfly("scan -o yaml " + WRITER).output())
                .doesNotContain(SECRET)
                .contains("key: PASSWORD");
        assertThat(Cli.mayfly("scan -o json " + WRITER).output()).doesNotContain(SECRET);
        assertThat(Cli.mayfly("scan -o yaml --show-env " + WRITER).output()).contains(SECRET);
    }

    @Test
    void nothingIsChanged() {
        var before = state();

        Cli.mayfly("scan -o json " + WRITER + " " + IDLE);

        assertThat(state()).isEqualTo(before);
    }

    /** Without IDs of commands that have ended, which the engine forgets after some minutes. */
    private static String state() {
        return Cli.docker("inspect", WRITER, IDLE).replaceAll("(?s)\"ExecIDs\": (null|\\[.*?\\])", "")
                + diff(WRITER)
                + diff(IDLE);
    }

    /** The engine lists changes in any order. */
    private static List<String> diff(String container) {
        return Cli.docker("diff", container).lines().sorted().toList();
    }

    private static JsonNode report(String container) throws IOException {
        return new ObjectMapper()
                .readTree(Cli.mayfly("scan -o json " + container).output())
                .get(0);
    }

    private static List<String> texts(JsonNode list, String field) {
        return StreamSupport.stream(list.spliterator(), false)
                .map(node -> node.get(field).asText())
                .toList();
    }
}
