package dev.mayfly.e2e.ephemerality;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mayfly.e2e.OperatorScenario;
import dev.mayfly.e2e.image.Cli;
import dev.mayfly.testing.Cluster;
import dev.mayfly.testing.OperatorProcess;
import dev.mayfly.testing.engine.Docker;
import io.fabric8.kubernetes.api.model.Event;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Remnants below the engine's API when a replica is removed: the engine lists nothing, and the kernel has them still. */
class RemnantsIT extends OperatorScenario {
    private static final String STAYS = "image: busybox:1.36\nnetwork: Namespace\ncommand: [tail, -f, /dev/null]\n";

    RemnantsIT() {
        super("remnants", new OperatorProcess("remnants"));
        operator.with("MAYFLY_SWEEP_INTERVAL", "1s");
    }

    @Test
    void ofAnOrdinaryDeletionNothingIsLeftAndTheMetricSaysSo() {
        running(
                "clean",
                3,
                STAYS + "volumes: [{name: data, emptyDir: {}}]\n" + "volumeMounts: [{name: data, mountPath: /data}]\n");

        gone("clean");

        assertThat(workloads.events("clean", "Receipt"))
                .singleElement()
                .satisfies(event -> assertThat(event.getMessage()).endsWith("Left: nothing."));
        await("all looks after the removal")
                .atMost(SOON)
                .untilAsserted(() -> assertThat(leftovers()).isZero());
    }

    @Test
    void aShimThatStaysBehindIsReportedUntilItEnds() throws IOException {
        var replica = running("haunted", 1, STAYS);
        var shim = shimOf(replica.getId());
        try {
            gone("haunted");

            var words = "shim with process ID " + shim.pid() + " of container "
                    + replica.getId().substring(0, 12);
            assertThat(workloads.events("haunted", "Receipt")).singleElement().satisfies(event -> {
                assertThat(event.getType()).isEqualTo("Warning");
                assertThat(event.getMessage()).contains("Left: " + words);
            });
            await("the metric")
                    .atMost(SOON)
                    .untilAsserted(() -> assertThat(leftovers()).isEqualTo(1));
            await("the Event")
                    .atMost(SOON)
                    .until(() -> reported().stream()
                            .anyMatch(event -> event.getMessage().contains(words)));
        } finally {
            shim.destroyForcibly();
        }
        await("it ended")
                .atMost(SOON)
                .untilAsserted(() -> assertThat(leftovers()).isZero());
    }

    @Test
    void aMountThatStaysBehindIsReportedUntilItIsGone() throws IOException {
        var replica = running("mounted", 1, STAYS);
        var place = Path.of("/run", "mayfly-test-" + replica.getId());
        Files.createDirectory(place);
        assertThat(Cli.shell("mount -t tmpfs none " + place).code()).isZero();
        try {
            gone("mounted");

            assertThat(workloads.events("mounted", "Receipt"))
                    .singleElement()
                    .satisfies(event -> assertThat(event.getMessage()).contains("Left: mount " + place));
            await("the metric")
                    .atMost(SOON)
                    .untilAsserted(() -> assertThat(leftovers()).isEqualTo(1));
        } finally {
            Cli.shell("umount " + place + "; rmdir " + place);
        }
        await("it is gone")
                .atMost(SOON)
                .untilAsserted(() -> assertThat(leftovers()).isZero());
    }

    @Test
    void anInterfaceThatStaysInANetworkInUseIsReportedUntilItIsGone() {
        var replica = running("linked", 1, STAYS);
        var network = Docker.inspect(replica)
                .getNetworkSettings()
                .getNetworks()
                .values()
                .iterator()
                .next()
                .getNetworkID();
        var bridge = "br-" + network.substring(0, 12);
        assertThat(Cli.shell("ip link add mfghost type veth peer name mfghost-peer && ip link set mfghost master "
                                + bridge)
                        .code())
                .isZero();
        try {
            await("two looks")
                    .atMost(SOON)
                    .untilAsserted(() -> assertThat(leftovers()).isEqualTo(1));
            await("the Event")
                    .atMost(SOON)
                    .until(() -> reported().stream()
                            .anyMatch(event ->
                                    event.getMessage().contains("interfaces of no container in network " + network)));
        } finally {
            Cli.shell("ip link del mfghost");
        }
        await("it is gone")
                .atMost(SOON)
                .untilAsserted(() -> assertThat(leftovers()).isZero());
        gone("linked");
    }

    /** A process that shows the arguments of the container's shim, and waits for input. */
    private static Process shimOf(String container) throws IOException {
        return new ProcessBuilder(
                        "bash",
                        "-c",
                        "exec -a containerd-shim-runc-v2 bash -c 'read -r line' shim -namespace moby -id " + container)
                .start();
    }

    private double leftovers() {
        return operator.page("/q/metrics")
                .lines()
                .filter(line -> line.startsWith("mayfly_leftovers"))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .findFirst()
                .orElseThrow();
    }

    private static List<Event> reported() {
        return Cluster.client().v1().events().inNamespace("mayfly-system").list().getItems().stream()
                .filter(event -> event.getReason().equals("LeftBehind"))
                .toList();
    }
}
