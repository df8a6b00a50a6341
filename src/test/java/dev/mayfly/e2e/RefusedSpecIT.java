package dev.mayfly.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.github.dockerjava.api.model.Container;
import dev.mayfly.e2e.image.Cli;
import dev.mayfly.testing.Cluster;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A spec that can't be honored costs no replica, and the status says what runs. */
class RefusedSpecIT extends OperatorScenario {
    private static final String STAYS = "image: busybox:1.36\ncommand: [tail, -f, /dev/null]\n";
    private static final String READS =
            STAYS + "volumes: [{name: c, configMap: {name: settings}}]\nvolumeMounts: [{name: c, mountPath: /c}]\n";

    /** The name of a ConfigMap that does not exist. */
    private static final String MISTYPED = "envFrom: [{configMapRef: {name: setings}}]\n";

    RefusedSpecIT() {
        super("refused-spec");
    }

    @Test
    void withoutItsConfigMapAWorkloadIsHealedAndScaledWithWhatItHad() {
        settings("here");
        running("web", 3, READS);
        delete("settings");
        awaitDegraded("web", "ConfigMapNotFound", "ConfigMap settings");

        remove(workloads.running("web"));
        await().atMost(SOON).until(() -> pages("web").equals(List.of("here", "here", "here")));
        workloads.awaitCondition("web", "Available", "True", "MinimumReplicasAvailable", SOON);

        workloads.scale("web", 5);
        workloads.awaitRunning("web", 5);
        workloads.scale("web", 2);
        workloads.awaitRunning("web", 2);

        operator.kill9();
        remove(workloads.running("web"));
        operator.start();
        await("also by an operator that never saw the ConfigMap")
                .atMost(SOON)
                .until(() -> pages("web").equals(List.of("here", "here")));
        workloads.awaitCondition("web", "Degraded", "True", "ConfigMapNotFound", SOON);

        settings("here");
        workloads.awaitCondition("web", "Degraded", "False", "AsExpected", SOON);
        workloads.awaitCondition("web", "Progressing", "True", "NewRevisionAvailable", SOON);
        gone("web");
    }

    @Test
    void aMistypedTemplateIsRolledBackAndIsNeverReportedAsAvailable() {
        var rollback = "rollout: {maxSurge: 1, progressDeadlineSeconds: %d, onFailure: Rollback}";
        var known = "rollout: {maxSurge: 0, maxUnavailable: 1}";
        workloads.apply(
                workload("typo", 2, STAYS).replace(known, rollback.formatted(600))); // a slow machine is no failure
        workloads.awaitRunning("typo", 2);
        workloads.awaitCondition("typo", "Progressing", "True", "NewRevisionAvailable", SOON);
        var good = workloads.get("typo").getStatus();

        workloads.apply(workload("typo", 3, STAYS + MISTYPED).replace(known, rollback.formatted(3)));
        awaitDegraded("typo", "ConfigMapNotFound", "setings");
        workloads.awaitRunning("typo", 3);
        workloads.awaitCondition("typo", "Progressing", "False", "RolledBack", SOON);

        var status = workloads.get("typo").getStatus();
        assertThat(status.rolledBackTo()).isEqualTo(good.currentRevision());
        assertThat(status.observedGeneration())
                .isEqualTo(good.observedGeneration())
                .isLessThan(workloads.get("typo").getMetadata().getGeneration());
        assertThat(workloads.condition("typo", "Available").orElseThrow().getObservedGeneration())
                .as("so kubectl wait does not succeed")
                .isEqualTo(good.observedGeneration());
        remove(workloads.running("typo"));
        workloads.awaitRunning("typo", 3);

        running("typo", 2, STAYS + "env: [{name: A, value: b}]\n");
        workloads.awaitCondition("typo", "Degraded", "False", "AsExpected", SOON);
        assertThat(workloads.get("typo").getStatus().rolledBackTo()).isNull();
        gone("typo");
    }

    @Test
    void whereNoSpecWasEverGoodNothingStarts() {
        workloads.apply(workload("never", 2, STAYS + MISTYPED));

        awaitDegraded("never", "ConfigMapNotFound", "setings");
        workloads.awaitCondition("never", "Available", "False", "MinimumReplicasUnavailable", SOON);
        assertThat(workloads.containers("never")).isEmpty();
        assertThat(workloads.get("never").getStatus().observedGeneration()).isNull();
        running("never", 2, STAYS);
        gone("never");
    }

    @Test
    void aNewTemplateThatWaitsForAClaimLeavesTheOldOneRunning() {
        running("claim", 2, STAYS);
        workloads.apply(workload("claim", 2, STAYS + """
                volumes: [{name: d, persistentVolumeClaim: {claimName: missing}}]
                volumeMounts: [{name: d, mountPath: /d}]
                """));
        awaitDegraded("claim", "ClaimNotFound", "missing");

        remove(workloads.running("claim"));
        workloads.awaitRunning("claim", 2);
        workloads.scale("claim", 3);
        workloads.awaitRunning("claim", 3);
        gone("claim");
    }

    /** Its containers are in the runtime with which it started, whichever one the spec names by now. */
    @Test
    void aWorkloadWhoseRuntimeWasChangedIsDeletedWithItsContainers() {
        running("moved", 2, STAYS);
        workloads.apply(workload("moved", 2, STAYS).replace("spec:\n", "spec:\n  runtime: Simulated\n"));
        awaitDegraded("moved", "InvalidSpec", "does not offer the runtime Simulated");
        remove(workloads.running("moved"));
        workloads.awaitRunning("moved", 2);
        var lived = workloads.containers("moved").stream().map(Container::getId).toList();

        gone("moved");

        assertThat(Cli.docker("ps", "-aq", "--no-trunc").lines()).doesNotContainAnyElementsOf(lived);
    }

    @Test
    void aConfigMapIsMountedWholeAndByPart() {
        settings("here");
        var both = "[{name: c, mountPath: /c}, {name: c, mountPath: /etc/page, subPath: page}]";
        var replica = running("parts", 1, READS.replace("[{name: c, mountPath: /c}]", both));

        assertThat(Cli.in(replica, "cat /c/page /etc/page").output()).isEqualTo("herehere");
        gone("parts");
    }

    private static void remove(List<Container> replicas) {
        replicas.forEach(replica -> Cli.docker("rm", "-f", replica.getId()));
    }

    private List<String> pages(String name) {
        return workloads.running(name).stream()
                .map(replica -> Cli.in(replica, "cat /c/page").output())
                .toList();
    }

    private void settings(String page) {
        var map = new ConfigMapBuilder()
                .withNewMetadata()
                .withName("settings")
                .withNamespace(workloads.namespace())
                .endMetadata()
                .withData(Map.of("page", page))
                .build();
        Cluster.client().resource(map).serverSideApply();
    }

    private void delete(String name) {
        Cluster.client()
                .configMaps()
                .inNamespace(workloads.namespace())
                .withName(name)
                .delete();
    }
}
