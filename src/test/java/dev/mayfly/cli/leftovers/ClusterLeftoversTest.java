package dev.mayfly.cli.leftovers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mayfly.api.v1alpha1.EphemeralTask;
import dev.mayfly.cli.leftovers.Leftover.State;
import dev.mayfly.testing.Cluster;
import dev.mayfly.testing.Tasks;
import dev.mayfly.testing.Workloads;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Uses a real API server, with both kinds and with only the first. */
@Tag("cluster")
class ClusterLeftoversTest {
    private static final String TASKS = "ephemeraltasks.mayfly.dev";

    private final KubernetesClient client = Cluster.client();
    private final Workloads workloads = new Workloads("cluster-leftovers");
    private final Tasks tasks = Tasks.beside(workloads);

    @AfterEach
    void restoreTheCrd() {
        Cluster.applyCrds(client);
        workloads.abandon();
        tasks.abandon();
    }

    @Test
    void resourcesOfBothKindsAndTheirCrdsAreListed() {
        workloads.apply("web", 0);
        tasks.apply(Tasks.manifest("hello", "suspend: true", "echo hello"));

        assertThat(found())
                .contains(
                        "EphemeralWorkload " + workloads.namespace() + "/web",
                        "EphemeralTask " + workloads.namespace() + "/hello",
                        "CustomResourceDefinition " + TASKS);
    }

    @Test
    void aClusterWithoutTheTaskCrdIsSupported() {
        workloads.apply("web", 0);
        var crds = client.apiextensions().v1().customResourceDefinitions();
        releaseAllTasks(); // also those of other classes, whose operator has ended
        crds.withName(TASKS).delete();
        await().until(() -> crds.withName(TASKS).get() == null);

        assertThat(found())
                .contains("EphemeralWorkload " + workloads.namespace() + "/web")
                .noneMatch(thing -> thing.contains("EphemeralTask") || thing.contains(TASKS));
    }

    @Test
    void anInstallationIsKnownByItsLease() {
        var container = Leftover.onEngine("container", "web", "1ea5e1ea5e1e", "");
        assertThat(find(new ArrayList<>()).judge(container).state()).isEqualTo(State.UNKNOWN);

        client.resource(new LeaseBuilder()
                        .withNewMetadata()
                        .withNamespace(workloads.namespace())
                        .withName("second-installation")
                        .addToLabels("mayfly.dev/cluster", "1ea5e1ea5e1e")
                        .endMetadata()
                        .withNewSpec()
                        .endSpec()
                        .build())
                .create();

        var found = new ArrayList<String>();
        assertThat(find(found).judge(container).state()).isNotEqualTo(State.UNKNOWN);
        assertThat(found).contains("Lease " + workloads.namespace() + "/second-installation");
    }

    private void releaseAllTasks() {
        client.resources(EphemeralTask.class)
                .inAnyNamespace()
                .list()
                .getItems()
                .forEach(task -> new Tasks(client, task.getMetadata().getNamespace())
                        .stripFinalizers(task.getMetadata().getName()));
    }

    private List<String> found() {
        var found = new ArrayList<String>();
        find(found);
        return found;
    }

    private Judge find(List<String> found) {
        return new ClusterLeftovers(client, InstantSource.system())
                .find(thing -> found.add(thing.kind() + " " + thing.name()));
    }
}
