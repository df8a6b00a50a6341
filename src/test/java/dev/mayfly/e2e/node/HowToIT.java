package dev.mayfly.e2e.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.github.dockerjava.api.model.Container;
import dev.mayfly.api.v1alpha1.ImageStatus;
import dev.mayfly.docs.HowTo;
import dev.mayfly.e2e.Terminal;
import dev.mayfly.e2e.image.Cli;
import dev.mayfly.e2e.image.Registry;
import dev.mayfly.operator.cluster.ClusterIdentity;
import dev.mayfly.testing.Cluster;
import dev.mayfly.testing.Tasks;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each task of docs/how-to.md is done by its command, run as it stands there. */
class HowToIT extends NodeScenario {
    private static final String SHOP_IMAGE = "shop:1";
    private static final String STAYS = "command: [tail, -f, /dev/null]\n";

    @TempDir
    static Path directory;

    private final Tasks tasks = Tasks.beside(workloads);
    private Terminal terminal;

    HowToIT() {
        super("howto");
    }

    @BeforeAll
    void openATerminal() throws IOException {
        terminal = new Terminal(directory, workloads.namespace());
    }

    @AfterEach
    void leaveNothingOfATask() {
        for (var name : workloads.names()) {
            gone(name);
        }
        for (var name : tasks.names()) {
            tasks.delete(name);
            tasks.awaitGone(name);
        }
        Cli.tried("rm", "-f", "shop", lost());
        Cli.tried("rmi", SHOP_IMAGE);
        Cli.docker("volume", "ls", "-q", "--filter", "label=mayfly.dev/namespace=" + workloads.namespace())
                .lines()
                .forEach(volume -> Cli.tried("volume", "rm", volume));
    }

    @Test
    void whyItIsNotReady() {
        workloads.apply(web("command: [sh, -c, 'echo no licence; exit 3']\n"));

        await().atMost(SOON)
                .pollInterval(Duration.ofSeconds(1))
                .untilAsserted(() -> assertThat(typed("See why a workload is not ready"))
                        .contains("web wants 1 replica of busybox:1.36.", "exit code 3", "docker logs"));
    }

    @Test
    void whatItPrints() {
        running("command: [sh, -c, 'echo hello from web; exec tail -f /dev/null']\n");

        await().atMost(SOON)
                .untilAsserted(
                        () -> assertThat(typed("Read what a replica prints")).isEqualTo("hello from web"));
    }

    @Test
    void aReplicaIsEntered() throws IOException {
        running("env: [{name: PLACE, value: a replica}]\n" + STAYS);
        ready("web-0");

        var seen = terminal.interactive(command("Enter a replica"), "echo I am in $PLACE\nexit\n");

        assertThat(seen.output()).contains("I am in a replica");
    }

    @Test
    void moreReplicas() {
        running(STAYS);

        assertThat(typed("Run more replicas")).contains("scaled");

        workloads.awaitRunning("web", 3);
    }

    @Test
    void freshReplicas() {
        var before = running(STAYS);

        assertThat(typed("Replace all replicas with fresh ones")).contains("web restarted");

        awaitNext(before);
    }

    @Test
    void aDirectoryIsKept() {
        var before = running(STAYS);

        assertThat(typed("Keep a directory")).contains("patched");

        var writer = awaitNext(before);
        assertThat(Cli.in(writer, "echo kept >/var/lib/app/file").output()).isEmpty();
        var reader = replaced("web", writer);
        assertThat(Cli.in(reader, "cat /var/lib/app/file").output()).isEqualTo("kept");
    }

    @Test
    void aGibibyteInTmp() {
        var before = running(STAYS);

        assertThat(typed("Allow 1 GiB in `/tmp`")).contains("patched");

        assertThat(Cli.in(awaitNext(before), "df -k /tmp").output()).contains(" 1048576 ");
    }

    @Test
    void aLimitOfMemory() {
        var before = running(STAYS);

        assertThat(typed("Limit the memory of each replica")).contains("patched");

        var limited = awaitNext(before).getId();
        assertThat(Cli.docker("inspect", "--format", "{{.HostConfig.Memory}}", limited))
                .isEqualTo(Integer.toString(256 * 1024 * 1024));
    }

    @Test
    void theImageIsPinned() throws IOException {
        try (var registry = new Registry(directory).start()) {
            var image = registry.repository("howto/shop") + ":1";
            var digest = registry.push(image, "LABEL howto=1");
            workloads.apply(web(STAYS).replace("busybox:1.36", image));
            workloads.awaitRunning("web", 1);
            await().atMost(SOON)
                    .untilAsserted(
                            () -> assertThat(workloads.get("web").getStatus().image())
                                    .isNotNull()
                                    .extracting(ImageStatus::digest)
                                    .isEqualTo(digest));

            assertThat(typed("Pin the image that runs now")).contains("patched");

            assertThat(workloads.get("web").getSpec().template().image()).isEqualTo(image + "@" + digest);
            workloads.awaitRunning("web", 1);
            gone("web");
            Cli.tried("rmi", image);
        }
    }

    @Test
    void theTemplateBeforeTheLastChange() {
        var first = running("env: [{name: VERSION, value: first}]\n" + STAYS);
        workloads.apply(web("env: [{name: VERSION, value: second}]\n" + STAYS));
        var second = awaitNext(first);
        assertThat(Cli.in(second, "echo $VERSION").output()).isEqualTo("second");

        assertThat(typed("Go back to the template before the last change")).contains("web rolled back to revision 1");

        assertThat(Cli.in(awaitNext(second), "echo $VERSION").output()).isEqualTo("first");
    }

    @Test
    void whatADeletedWorkloadWrote() {
        workloads.apply(web(STAYS).replace("template:", "ephemerality: {mode: Audit}\n  template:"));
        workloads.awaitRunning("web", 1);
        Cli.in(workloads.running("web").getFirst(), "mkdir -p /var/lib/app; echo x >/var/lib/app/file");
        gone("web");

        var output = typed("See what a deleted workload wrote and left");

        assertThat(output).contains("Receipt", "/var/lib/app/file", "Left: nothing.");
    }

    @Test
    void aTaskIsRunOnce() {
        assertThat(typed("Run a task once")).contains("hello created");

        tasks.awaitComplete("hello");
        assertThat(tasks.results("hello").getFirst().message()).contains("Hello Docker");
    }

    @Test
    void aComposeFileIsRun() throws IOException {
        Files.writeString(directory.resolve("compose.yaml"), """
                services:
                  site:
                    image: busybox:1.36
                    command: [tail, -f, /dev/null]
                    stop_grace_period: 1s
                """);

        assertThat(typed("Run a Compose file")).contains("site created");

        workloads.awaitRunning("site", 1);
    }

    @Test
    void whatAContainerWrites() {
        Cli.docker(
                "run",
                "-d",
                "--name",
                "shop",
                "busybox:1.36",
                "sh",
                "-c",
                "mkdir /orders; echo 1 >/orders/1; tail -f /dev/null");
        await().atMost(SOON)
                .until(() -> Cli.tried("exec", "shop", "cat", "/orders/1").code() == 0);

        assertThat(typed("Find what a container writes today")).contains("/orders");
    }

    @Test
    void imagesAndTheirUsers() {
        Cli.imageFromBusybox(SHOP_IMAGE);
        Cli.docker("create", "--name", "shop", SHOP_IMAGE, "true");

        assertThat(typed("List images and who uses them")).containsPattern(SHOP_IMAGE + " .*container shop");
    }

    @Test
    void anImageIsRemoved() {
        Cli.imageFromBusybox(SHOP_IMAGE);

        assertThat(typed("Remove an image that nobody uses")).contains("Removed " + SHOP_IMAGE);

        assertThat(Cli.tried("image", "inspect", SHOP_IMAGE).code()).isNotZero();
    }

    /** Left by an operator with the default name, which is not there to remove it. */
    @Test
    void whatIsLeft() {
        var system = Cluster.client().namespaces().withName("kube-system").get();
        var labels = List.of(
                "cluster=" + ClusterIdentity.of(system.getMetadata().getUid(), "mayfly"),
                "namespace=" + workloads.namespace(),
                "kind=EphemeralWorkload",
                "name=lost",
                "slot=0",
                "attempt=1",
                "owner-uid=0f1e2d3c-aaaa-bbbb-cccc-1234567890ab",
                "revision=0",
                "failures=0",
                "restarts=0",
                "not-before=2026-01-01T00:00:00Z",
                "ephemerality=Off",
                "cpu-millis=0",
                "memory-bytes=0");
        Cli.docker(("create --name " + lost() + " --label mayfly.dev/" + String.join(" --label mayfly.dev/", labels)
                        + " busybox:1.36")
                .split(" "));

        try {
            assertThat(typed("See what is left on the machine")).contains(lost());
        } finally {
            Cli.docker("rm", lost());
        }
    }

    /** Name of a replica's container. */
    private String lost() {
        return "mayfly_" + workloads.namespace() + "_lost-0_1_0f1e2d3c";
    }

    /** One replica, without a network. @param more YAML of the template */
    private static String web(String more) {
        return """
                apiVersion: mayfly.dev/v1alpha1
                kind: EphemeralWorkload
                metadata: {name: web}
                spec:
                  rollout: {maxSurge: 0}
                  template:
                    image: busybox:1.36
                    network: None
                    terminationGracePeriodSeconds: 1
                """ + more.indent(4);
    }

    private Container running(String more) {
        workloads.apply(web(more));
        workloads.awaitRunning("web", 1);
        return workloads.running("web").getFirst();
    }

    /** Waits until another replica, of the current spec, is the only one. */
    private Container awaitNext(Container before) {
        await().atMost(SOON).untilAsserted(() -> {
            assertThat(workloads.containers("web"))
                    .singleElement()
                    .satisfies(next -> assertThat(next.getId()).isNotEqualTo(before.getId()));
            assertThat(workloads.get("web").getStatus().updatedReplicas()).isEqualTo(1);
        });
        workloads.awaitRunning("web", 1);
        return workloads.running("web").getFirst();
    }

    private String command(String task) {
        assertThat(HowTo.commands()).containsKey(task);
        return HowTo.commands().get(task);
    }

    /** @return what the task's command printed */
    private String typed(String task) {
        var result = terminal.run(command(task));
        assertThat(result.code()).as(result.output()).isZero();
        return result.output();
    }
}
