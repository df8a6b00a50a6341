package dev.mayfly.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mayfly.e2e.image.Cli;
import dev.mayfly.testing.Lane;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class BadInputIT extends OperatorScenario {
    private static final String STAYS = "image: busybox:1.36\ncommand: [tail, -f, /dev/null]\n";

    BadInputIT() {
        super("bad-input");
    }

    @Test
    void aMissingImageIsReportedWithTheEnginesMessageAndDoesNotAffectOthers() {
        workloads.apply(workload("missing", 3, "image: 127.0.0.1:9/missing:1\n"));

        awaitDegraded("missing", "ErrImagePull", "127.0.0.1:9/missing:1", "refused");
        running("neighbour", 2, STAYS);
        await().during(Duration.ofSeconds(3)).atMost(SOON).until(() -> pulls("missing") <= 9);

        workloads.apply(workload("missing", 3, STAYS));
        workloads.awaitRunning("missing", 3);
        workloads.awaitCondition("missing", "Degraded", "False", "AsExpected", SOON);
    }

    @Test
    void anImageThatMayNotBePulledIsReported() {
        workloads.apply(workload("never", 1, "image: mayfly-test/absent:1\nimagePullPolicy: Never\n"));

        awaitDegraded("never", "ErrImageNeverPull", "mayfly-test/absent:1", "IfNotPresent");
        gone("never");
    }

    @Test
    void aMissingCommandIsReportedAndLeavesFewContainers() {
        workloads.apply(workload("typo", 2, "image: busybox:1.36\ncommand: [taill, -f]\n"));

        awaitDegraded("typo", "RunContainerError", "taill");
        await().during(Duration.ofSeconds(3))
                .atMost(SOON)
                .until(() -> workloads.containers("typo").size() <= 4);

        workloads.apply(workload("typo", 2, STAYS));
        workloads.awaitRunning("typo", 2);
    }

    @Test
    void aTakenPortIsNamedAndUsedOnceItIsFree() throws IOException {
        try (var listener = new ServerSocket(Lane.freePort())) {
            var port = Integer.toString(listener.getLocalPort());
            var template = STAYS + "network: Namespace\nports: [{containerPort: 80, hostPort: %s}]\n".formatted(port);
            workloads.apply(workload("port", 1, template));

            awaitDegraded("port", "RunContainerError", port);
        }
        await("beside the container that was refused")
                .atMost(SOON)
                .until(() -> Integer.valueOf(1)
                        .equals(workloads.get("port").getStatus().readyReplicas()));
        gone("port");
    }

    @Test
    void aHostPathElsewhereIsRefusedWithThePlaceThatIsAllowed() {
        workloads.apply(workload("elsewhere", 1, hostPath("/etc", "Directory")));
        awaitDegraded("elsewhere", "InvalidSpec", "/etc", prefix() + "/data");

        workloads.apply(workload("elsewhere", 1, hostPath(prefix() + "-x/data", "DirectoryOrCreate")));
        awaitDegraded("elsewhere", "InvalidSpec", prefix() + "-x/data");
        assertThat(workloads.containers("elsewhere")).isEmpty();

        workloads.apply(workload("elsewhere", 1, hostPath(prefix() + "/data", "DirectoryOrCreate")));
        workloads.awaitRunning("elsewhere", 1);
        gone("elsewhere");
    }

    @Test
    void aLinkInsteadOfTheDirectoryIsRefusedUntilItIsGone() throws IOException {
        Files.createDirectories(prefix());
        var link = Files.createSymbolicLink(prefix().resolve("link"), Path.of("/etc"));
        workloads.apply(workload("link", 1, hostPath(link.toString(), "DirectoryOrCreate")));

        awaitDegraded("link", "CreateContainerError", link + " is a symbolic link");
        assertThat(workloads.running("link")).isEmpty();

        Files.delete(link);
        workloads.awaitRunning("link", 1);
        gone("link");
    }

    @Test
    void aParentThatOthersCanChangeIsRefusedWithTheRemedy() throws IOException {
        Files.createDirectories(prefix());
        Cli.shell("chmod go+w " + prefix());
        workloads.apply(workload("open", 1, hostPath(prefix() + "/open", "DirectoryOrCreate")));

        awaitDegraded("open", "CreateContainerError", "chmod go-w " + prefix());

        Cli.shell("chmod go-w " + prefix());
        workloads.awaitRunning("open", 1);
        gone("open");
    }

    @Test
    void aParentThatIsALinkIsRefused() throws IOException {
        var elsewhere = Files.createTempDirectory("elsewhere");
        var parent = prefix().resolveSibling(workloads.namespace() + "-kept");
        Files.createDirectories(prefix());
        Files.move(prefix(), parent);
        Files.createSymbolicLink(prefix(), elsewhere);
        try {
            workloads.apply(workload("parent", 1, hostPath(prefix() + "/data", "DirectoryOrCreate")));

            awaitDegraded("parent", "CreateContainerError", "leads through the symbolic link " + prefix());
            assertThat(elsewhere).isEmptyDirectory();
        } finally {
            Files.delete(prefix());
            Files.move(parent, prefix());
            Files.delete(elsewhere);
        }
        gone("parent");
    }

    @Test
    void aRootImageUnderRunAsNonRootIsNotStarted() {
        workloads.apply(workload("root", 1, STAYS + "securityContext: {runAsNonRoot: true}\n"));
        awaitDegraded("root", "CreateContainerError", "securityContext.runAsUser");

        var replica = running("root", 1, STAYS + "securityContext: {runAsNonRoot: true, runAsUser: 1000}\n");
        assertThat(Cli.in(replica, "id -u").output()).isEqualTo("1000");
        gone("root");
    }

    @Test
    void aWorkloadWhoseImageIsGoneCanStillBeDeleted() {
        Cli.imageFromBusybox("mayfly-test/leaving:1", "CMD [\"tail\", \"-f\", \"/dev/null\"]");
        running("leaving", 2, "image: mayfly-test/leaving:1\n");

        Cli.docker("rmi", "-f", "mayfly-test/leaving:1");

        gone("leaving");
    }

    private static String hostPath(String path, String type) {
        return STAYS
                + "volumes: [{name: data, hostPath: {path: %s, type: %s}}]\n".formatted(path, type)
                + "volumeMounts: [{name: data, mountPath: /data}]\n";
    }

    private int pulls(String name) {
        return workloads.events(name, "Pulling").stream()
                .mapToInt(e -> e.getCount())
                .sum();
    }
}
