package dev.mayfly.e2e.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mayfly.api.v1alpha1.EphemeralTaskStatus;
import dev.mayfly.core.status.Conditions;
import dev.mayfly.testing.Cluster;
import dev.mayfly.testing.Tasks;
import dev.mayfly.testing.engine.Docker;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** A task is changed, stopped, deleted, over, or its operator goes: what runs and what is kept is what was asked for. */
class TaskLifeIT extends TaskScenario {
    private static final String STAYS = "while [ ! -e /shared/go ]; do sleep 0.1; done\n";

    TaskLifeIT() {
        super("task-life");
    }

    @Test
    void oneThatIsDeletedWhileItRunsIsStoppedGracefullyAndLeavesNothing() {
        tasks.apply(Tasks.manifest("polite", "parallelism: 2\ncompletions: 2\n", """
                trap 'echo bye >>/shared/stops; exit 0' TERM
                echo up >>/shared/up
                while :; do sleep 0.1; done
                """, shared("polite"))
                .replace("terminationGracePeriodSeconds: 1", "terminationGracePeriodSeconds: 60"));
        await().atMost(SOON).until(() -> lines("polite", "up").size() == 2);
        var begin = System.nanoTime();

        taskGone("polite");

        assertThat(lines("polite", "stops")).hasSize(2);
        assertThat(Duration.ofNanos(System.nanoTime() - begin))
                .as("of a grace of 60 s")
                .isLessThan(Duration.ofSeconds(60));
    }

    @Test
    void aNamespaceWithFiftyRunningTasksIsDeletedWithThem() {
        var crowd = new Tasks(Cluster.client(), Cluster.namespace("task-crowd"));
        IntStream.range(0, 50).parallel().forEach(i -> crowd.apply(Tasks.manifest("one-" + i, "", "sleep 1000\n")));
        var labels = Map.of("mayfly.dev/namespace", crowd.namespace());
        await().atMost(SOON.plusSeconds(100))
                .untilAsserted(() -> assertThat(Docker.containers(labels))
                        .hasSize(50)
                        .allMatch(container -> container.getState().equals("running")));
        var begin = System.nanoTime();

        Cluster.client().namespaces().withName(crowd.namespace()).delete();

        await().atMost(SOON)
                .until(() -> Cluster.client()
                                .namespaces()
                                .withName(crowd.namespace())
                                .get()
                        == null);
        System.out.printf(
                "a namespace with 50 running tasks is gone after %.1f s%n", (System.nanoTime() - begin) / 1e9);
        assertThat(Docker.containers(labels)).isEmpty();
    }

    @Test
    void parallelismIsChangedAndTheTaskIsSuspendedWhileItRuns() throws IOException {
        tasks.apply(Tasks.manifest("wide", "completions: 6\nparallelism: 2\n", STAYS + RAN, shared("wide")));
        tasks.awaitRunning("wide", 2);
        tasks.change("wide", "{\"parallelism\": 4}");
        tasks.awaitRunning("wide", 4);
        tasks.change("wide", "{\"parallelism\": 1}");
        tasks.awaitRunning("wide", 1);
        tasks.change("wide", "{\"suspend\": true}");
        tasks.awaitContainers("wide", 0);
        await().atMost(SOON)
                .until(() -> Conditions.of(status("wide").conditions())
                        .find("Suspended")
                        .filter(suspended -> suspended.getStatus().equals("True"))
                        .isPresent());

        touch("wide", "go");
        await("it stands still")
                .during(Duration.ofSeconds(1))
                .until(() -> lines("wide", "ran").isEmpty());
        tasks.change("wide", "{\"suspend\": false, \"parallelism\": 3}");
        tasks.awaitComplete("wide");

        assertThat(lines("wide", "ran")).containsExactlyInAnyOrder("0", "1", "2", "3", "4", "5");
        assertThat(status("wide").failed()).as("what we stopped has not failed").isZero();
        taskGone("wide");
    }

    @Test
    void theDeadlineEndsIt() {
        tasks.apply(
                Tasks.manifest("late", "activeDeadlineSeconds: 2\ncompletions: 2\nparallelism: 2\n", "sleep 1000\n"));

        tasks.awaitFailed("late", "DeadlineExceeded");

        tasks.awaitContainers("late", 0);
        taskGone("late");
    }

    @Test
    void aTaskWhoseConfigMapIsDeletedIsCountedAndStartsNothingMore() throws IOException {
        var vars = new ConfigMapBuilder()
                .withNewMetadata()
                .withName("vars")
                .withNamespace(workloads.namespace())
                .endMetadata()
                .withData(Map.of("COLOUR", "red"))
                .build();
        Cluster.client().resource(vars).create();
        var reads = shared("reads") + "envFrom: [{configMapRef: {name: vars}}]\n";
        tasks.apply(Tasks.manifest("reads", "completions: 2\nparallelism: 1\n", STAYS + RAN, reads));
        tasks.awaitRunning("reads", 1);

        Cluster.client().resource(vars).delete();
        tasks.awaitCondition("reads", "Degraded", "True", "ConfigMapNotFound", SOON);
        touch("reads", "go");

        await().atMost(SOON)
                .until(() -> Integer.valueOf(1).equals(status("reads").succeeded()));
        assertThat(tasks.condition("reads", "Degraded").orElseThrow().getMessage())
                .contains("ConfigMap vars");
        tasks.awaitContainers("reads", 0);
        await("nothing more is started")
                .during(Duration.ofSeconds(2))
                .until(() -> lines("reads", "ran").equals(List.of("0"))
                        && Integer.valueOf(1).equals(status("reads").succeeded()));

        Cluster.client().resource(vars).create();
        tasks.awaitComplete("reads");
        assertThat(lines("reads", "ran")).containsExactly("0", "1");
        taskGone("reads");
    }

    @Test
    void theDeadlineEndsAlsoOneWhoseConfigMapNeverWas() {
        tasks.apply(Tasks.manifest(
                "waits", "activeDeadlineSeconds: 2\n", "exit 0\n", "envFrom: [{configMapRef: {name: never}}]\n"));

        tasks.awaitFailed("waits", "DeadlineExceeded");
        taskGone("waits");
    }

    @Test
    void oneThatIsOverForItsTimeIsDeletedWithWhatItKept() {
        tasks.apply(Tasks.manifest("fleeting", """
                backoffLimit: 0
                ttlSecondsAfterFinished: 600
                """, "exit 1\n"));
        tasks.awaitFailed("fleeting", "BackoffLimitExceeded");
        assertThat(tasks.containers("fleeting")).hasSize(1);

        tasks.change("fleeting", "{\"ttlSecondsAfterFinished\": 1}");
        tasks.awaitGone("fleeting");
    }

    @Test
    void finishedContainersAreKeptByThePolicy() {
        var fails = "backoffLimit: 3\nbackoff: {initialDelaySeconds: 1, maxDelaySeconds: 1, stableSeconds: 1}\n";
        var three = "completions: 3\n";
        tasks.apply(Tasks.manifest("fails-always", fails + "cleanupPolicy: Always\n", "exit 1\n"));
        tasks.apply(Tasks.manifest(
                "fails-two", fails + "cleanupPolicy: OnSuccess\nterminatedHistoryLimit: 2\n", "exit 1\n"));
        tasks.apply(
                Tasks.manifest("fails-none", fails + "cleanupPolicy: Never\nterminatedHistoryLimit: 0\n", "exit 1\n"));
        tasks.apply(Tasks.manifest("ends-always", three + "cleanupPolicy: Always\n", "exit 0\n"));
        tasks.apply(Tasks.manifest(
                "ends-none", three + "cleanupPolicy: OnSuccess\nterminatedHistoryLimit: 2\n", "exit 0\n"));
        tasks.apply(Tasks.manifest(
                "ends-two", three + "cleanupPolicy: Never\nterminatedHistoryLimit: 2\n", "echo $MAYFLY_INDEX\n"));
        for (var name : new String[] {"fails-always", "fails-two", "fails-none"}) {
            tasks.awaitFailed(name, "BackoffLimitExceeded");
        }
        for (var name : new String[] {"ends-always", "ends-none", "ends-two"}) {
            tasks.awaitComplete(name);
        }

        tasks.awaitContainers("fails-always", 0);
        tasks.awaitContainers("fails-two", 2);
        tasks.awaitContainers("fails-none", 0);
        tasks.awaitContainers("ends-always", 0);
        tasks.awaitContainers("ends-none", 0);
        tasks.awaitContainers("ends-two", 2);
        assertThat(tasks.containers("ends-two"))
                .as("the latest")
                .extracting(TaskScenario::logs)
                .containsExactlyInAnyOrder("1", "2");
        tasks.names().forEach(this::taskGone);
    }

    @Test
    void itIsDeletedWithItsOwner() {
        var owner = Cluster.client()
                .resource(new ConfigMapBuilder()
                        .withNewMetadata()
                        .withName("owner")
                        .withNamespace(workloads.namespace())
                        .endMetadata()
                        .build())
                .create();
        tasks.apply(Tasks.manifest("owned", "", "sleep 1000\n")
                .replace(
                        "{name: owned}",
                        "{name: owned, ownerReferences: [{apiVersion: v1, kind: ConfigMap, name: owner, uid: "
                                + owner.getMetadata().getUid() + "}]}"));
        tasks.awaitRunning("owned", 1);

        Cluster.client().resource(owner).delete();

        await("Kubernetes has collected it").atMost(SOON.multipliedBy(2)).until(() -> tasks.get("owned") == null);
        tasks.awaitGone("owned");
    }

    @Test
    void whatRanWhileNoOperatorDidIsCountedAndAFinishedOneIsNeverRunAgain() throws IOException {
        tasks.apply(Tasks.manifest("survivor", "completions: 4\nparallelism: 2\n", STAYS + RAN, shared("survivor")));
        tasks.awaitRunning("survivor", 2);
        operator.kill9();
        touch("survivor", "go");
        await().until(() -> lines("survivor", "ran").size() == 2);

        operator.start();

        tasks.awaitComplete("survivor");
        tasks.awaitContainers("survivor", 0);
        assertThat(lines("survivor", "ran")).containsExactlyInAnyOrder("0", "1", "2", "3");
        operator.stop();
        operator.start();
        await("it is not run again")
                .during(Duration.ofSeconds(2))
                .until(() -> lines("survivor", "ran").size() == 4
                        && tasks.containers("survivor").isEmpty());
        taskGone("survivor");
    }

    private EphemeralTaskStatus status(String name) {
        return tasks.status(name).orElseThrow();
    }
}
