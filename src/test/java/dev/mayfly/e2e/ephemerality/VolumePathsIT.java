package dev.mayfly.e2e.ephemerality;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.e2e.OperatorScenario;
import dev.mayfly.e2e.image.Cli;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** Parts of volumes, groups and limits on the real engine. */
class VolumePathsIT extends OperatorScenario {
    private static final String STAYS = "image: busybox:1.36\ncommand: [tail, -f, /dev/null]\n";

    VolumePathsIT() {
        super("paths");
    }

    @Test
    void eachSlotHasAPartOfItsOwnAndFindsItAgain() {
        var template = STAYS
                + "volumes: [{name: data, hostPath: {path: %s/deep/er, type: DirectoryOrCreate}}]\n".formatted(prefix())
                + "volumeMounts: [{name: data, mountPath: /data, subPathExpr: slot-$(MAYFLY_SLOT)}]\n";
        running("slots", 2, template);
        workloads
                .running("slots")
                .forEach(
                        c -> assertThat(Cli.in(c, "hostname >/data/who").code()).isZero());

        assertThat(Path.of(prefix() + "/deep/er/slot-0/who")).hasContent("slots-0");
        assertThat(Path.of(prefix() + "/deep/er/slot-1/who")).hasContent("slots-1");
        workloads.scale("slots", 0);
        workloads.awaitRunning("slots", 0);
        workloads.scale("slots", 2);
        workloads.awaitRunning("slots", 2);
        workloads
                .running("slots")
                .forEach(c -> assertThat(
                                Cli.in(c, "test $(cat /data/who) = $(hostname)").code())
                        .isZero());
        gone("slots");
    }

    @Test
    void aPathInWhatAnotherReplicaSwapsForALinkIsNeverMounted() {
        var swaps = "while true; do rm -rf /data/x; ln -s /etc /data/x; rm -f /data/x; mkdir /data/x; done";
        running(
                "thief",
                1,
                "image: busybox:1.36\ncommand: [sh, -c, '%s']\n".formatted(swaps)
                        + "volumes: [{name: data, hostPath: {path: %s/shared, type: DirectoryOrCreate}}]\n"
                                .formatted(prefix())
                        + "volumeMounts: [{name: data, mountPath: /data}]\n");

        workloads.apply(workload(
                "prey",
                1,
                STAYS
                        + "volumes: [{name: data, hostPath: {path: %s/shared/x}}]\n".formatted(prefix())
                        + "volumeMounts: [{name: data, mountPath: /data}]\n"));

        awaitDegraded("prey", "CreateContainerError", "which container", "can write to");
        assertThat(workloads.containers("prey")).isEmpty();
        gone("prey");
        gone("thief");
    }

    @Test
    void aVolumeOfAGroupIsWritableForAUserWhoIsNotRoot() {
        var replica = running(
                "group",
                1,
                STAYS + "securityContext: {runAsUser: 1000, runAsGroup: 1000, fsGroup: 4711}\n"
                        + "volumes: [{name: data, dockerVolume: {name: g, reclaimPolicy: Delete}}, {name: m, emptyDir: {medium: Memory}}]\n"
                        + "volumeMounts: [{name: data, mountPath: /data, subPath: part}, {name: m, mountPath: /m}]\n");

        assertThat(Cli.in(replica, "touch /data/a /m/a && stat -c %u:%g /data/a /m/a")
                        .output())
                .isEqualTo("1000:4711\n1000:4711");
        gone("group");
    }

    @Test
    void aReplicaOverTheLimitOfItsEmptyDirIsReplaced() {
        var yaml = workload(
                        "big",
                        1,
                        STAYS + "volumes: [{name: data, emptyDir: {sizeLimit: 1Mi}}]\n"
                                + "volumeMounts: [{name: data, mountPath: /data}]\n")
                .replace("spec:\n", "spec:\n  ephemerality: {audit: {periodSeconds: 5}}\n");
        workloads.apply(yaml);
        workloads.awaitRunning("big", 1);
        var replica = workloads.running("big").getFirst();

        Cli.in(replica, "dd if=/dev/zero of=/data/file bs=1M count=2");

        awaitAnother("big", replica);
        gone("big");
    }
}
