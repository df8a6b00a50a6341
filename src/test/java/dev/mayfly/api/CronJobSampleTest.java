package dev.mayfly.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.mayfly.testing.Cluster;
import dev.mayfly.testing.Kubectl;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Pod;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * No node runs here: the test does what the Pod of {@code cronjob.yaml} would do, with its command, file and rights.
 */
@Tag("cluster")
class CronJobSampleTest {
    private final String namespace = Cluster.namespace("others");
    private final Kubectl kubectl = Kubectl.in(namespace);

    @Test
    void aCronJobsPodMayCreateTheTaskAndNothingElse() throws IOException {
        kubectl.run("apply", "-f", "deploy/samples/cronjob.yaml");
        kubectl.run("create", "job", "now", "--from=cronjob/nightly-report");
        var pod = await().until(this::pods, pods -> !pods.isEmpty()).getFirst();
        var container = pod.getSpec().getContainers().getFirst();
        assertThat(container.getCommand()).containsExactly("kubectl", "create", "--filename=/tasks/task.yaml");
        assertThat(container.getVolumeMounts())
                .anyMatch(mount ->
                        mount.getName().equals("task") && mount.getMountPath().equals("/tasks"));
        var account =
                "--as=system:serviceaccount:" + namespace + ":" + pod.getSpec().getServiceAccountName();
        var task = Files.createTempDirectory(Path.of("target"), "tasks").resolve("task.yaml");
        Files.writeString(task, mounted(pod).getData().get("task.yaml"));

        var created = kubectl.run("create", "--filename=" + task, account);

        assertThat(created).matches("ephemeraltask.mayfly.dev/nightly-report-\\w{5} created");
        assertThatThrownBy(() -> kubectl.run("get", "et", account)).hasMessageContaining("Forbidden");
        assertThatThrownBy(() -> kubectl.run("delete", "et", "--all", account)).hasMessageContaining("Forbidden");
        assertThatThrownBy(() -> kubectl.run("create", "--filename=deploy/samples/web.yaml", account))
                .hasMessageContaining("Forbidden");
    }

    private List<Pod> pods() {
        return Cluster.client()
                .pods()
                .inNamespace(namespace)
                .withLabel("job-name", "now")
                .list()
                .getItems();
    }

    private ConfigMap mounted(Pod pod) {
        var name = pod.getSpec().getVolumes().stream()
                .filter(volume -> volume.getName().equals("task"))
                .findFirst()
                .orElseThrow()
                .getConfigMap()
                .getName();
        return Cluster.client()
                .configMaps()
                .inNamespace(namespace)
                .withName(name)
                .get();
    }
}
