package dev.mayfly.e2e.life;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.github.dockerjava.api.model.Container;
import dev.mayfly.api.v1alpha1.EphemeralWorkloadStatus;
import dev.mayfly.e2e.OperatorScenario;
import dev.mayfly.e2e.image.Cli;
import dev.mayfly.scenario.KilledClaims;
import dev.mayfly.testing.OperatorProcess;
import dev.mayfly.testing.engine.Docker;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** A warm pool: held, released, refilled, and never mistaken for what somebody paused. */
class WarmIT extends OperatorScenario {
    private static final int SIZE = 4;
    private static final String STAYS = "image: busybox:1.36\nnetwork: Namespace\ncommand: [tail, -f, /dev/null]\n";

    WarmIT() {
        super("warm", new OperatorProcess("warm"));
    }

    @Test
    void aPoolServesScaleUpsHealsAndRollouts() {
        workloads.apply(warm("web", 0, SIZE, STAYS));
        var pool = awaitPool("web");
        assertThat(workloads.get("web").getStatus())
                .matches(s -> Integer.valueOf(0).equals(s.readyReplicas()) && s.replicas() == 0, "counts none");
        assertThat(heldIn("web"))
                .allSatisfy(held ->
                        assertThat(aliases(held)).contains(replica(held)).doesNotContain("web"));

        workloads.scale("web", 3);
        awaitRunning("web", 3);
        assertThat(pool).containsAll(serving("web"));
        pool = awaitPool("web");

        Cli.docker("kill", workloads.running("web").getFirst().getId());
        var healed = pool;
        await("a heal from the pool")
                .atMost(SOON)
                .until(() -> workloads.runningIds("web").stream().anyMatch(healed::contains));
        awaitRunning("web", 3);
        awaitPool("web");

        aPausedReplicaGoesOn(workloads.running("web").getFirst().getId());

        var before = revisions("web");
        workloads.apply(warm("web", 3, SIZE, STAYS + "env: [{name: ROUND, value: \"2\"}]\n"));
        await("the new revision alone")
                .atMost(SOON)
                .until(() -> revisions("web"), now -> now.size() == 1 && !now.equals(before));
        workloads.awaitCondition("web", "Progressing", "True", "NewRevisionAvailable", SOON);
        awaitPool("web");

        workloads.apply(warm("web", 3, 0, STAYS + "env: [{name: ROUND, value: \"2\"}]\n"));
        workloads.awaitRunning("web", 3);
        gone("web");
    }

    private void aPausedReplicaGoesOn(String paused) {
        for (var change : List.of("ContainerPaused", "ContainerRenamed", "ReleaseInterrupted")) {
            assertThat(workloads.events("web", change)).as("Mayfly's own doing").isEmpty();
        }
        Cli.docker("pause", paused);
        await("the Event")
                .atMost(SOON)
                .until(() -> !workloads.events("web", "ContainerPaused").isEmpty());
        await("it is continued")
                .atMost(SOON)
                .until(() -> workloads.runningIds("web").contains(paused));
        awaitRunning("web", 3);
    }

    @Test
    void anOperatorThatStartsAnewFinishesWhatAnotherBegan() {
        workloads.apply(warm("anew", 0, 2, STAYS));
        await("a full pool").atMost(SOON).until(() -> heldIn("anew").size() == 2);
        var cutOff = heldIn("anew").getFirst();
        var filling = heldIn("anew").getLast();
        operator.kill9();
        Cli.docker("rename", cutOff.getId(), cutOff.getNames()[0].substring(1).replace("-warm", ""));
        Cli.docker("unpause", filling.getId());
        workloads.scale("anew", 1);

        operator.start();

        awaitRunning("anew", 1);
        assertThat(workloads.runningIds("anew")).contains(cutOff.getId());
        await("the Event")
                .atMost(SOON)
                .until(() -> !workloads.events("anew", "ReleaseInterrupted").isEmpty());
        await("a full pool")
                .atMost(SOON)
                .untilAsserted(() -> assertThat(heldIn("anew"))
                        .hasSize(2)
                        .extracting(Container::getId)
                        .contains(filling.getId()));
        gone("anew");
    }

    @Test
    void oneThatIsHeldOutsideOfItsNetworkJoinsItUnderItsWorkloadsName() {
        workloads.apply(warm("named", 0, 1, STAYS).replace("size: 1", "size: 1, hold: Disconnected"));
        await("a full pool").atMost(SOON).until(() -> heldIn("named").size() == 1);
        var held = heldIn("named").getFirst();
        await("it is paused first, then out of its network")
                .atMost(SOON)
                .untilAsserted(() -> assertThat(
                                Docker.inspect(held).getNetworkSettings().getNetworks())
                        .isEmpty());

        workloads.scale("named", 1);

        awaitRunning("named", 1);
        assertThat(workloads.runningIds("named")).contains(held.getId());
        assertThat(aliases(held)).contains("named");
        gone("named");
    }

    /** Twenty times in {@code make soak}. */
    @Test
    void anOperatorThatIsKilledDuringClaimsKeepsTheBounds() throws InterruptedException {
        System.out.println(new KilledClaims(operator, 3).run(workloads));
    }

    private static String warm(String name, int replicas, int size, String template) {
        return workload(name, replicas, template)
                .replace("  template:\n", "  warm: {size: " + size + "}\n  template:\n")
                .replace("maxSurge: 0, maxUnavailable: 1", "maxSurge: 1, maxUnavailable: 0");
    }

    /** Waits until the pool is full. @return its containers */
    private Set<String> awaitPool(String name) {
        await(name + " has a full pool").atMost(SOON).untilAsserted(() -> {
            assertThat(heldIn(name)).hasSize(SIZE);
            assertThat(workloads.get(name).getStatus())
                    .isNotNull()
                    .returns(SIZE, EphemeralWorkloadStatus::warmReplicas);
        });
        return heldIn(name).stream().map(Container::getId).collect(Collectors.toSet());
    }

    private void awaitRunning(String name, int replicas) {
        await(name + " has " + replicas).atMost(SOON).untilAsserted(() -> {
            assertThat(workloads.get(name).getStatus())
                    .isNotNull()
                    .matches(s -> Integer.valueOf(replicas).equals(s.readyReplicas()) && s.replicas() == replicas);
            assertThat(workloads.running(name).size()).isGreaterThanOrEqualTo(replicas);
        });
    }

    /** One that is to be held runs until it is ready. */
    private Set<String> serving(String name) {
        return workloads.running(name).stream()
                .filter(container -> !container.getNames()[0].endsWith("-warm"))
                .map(Container::getId)
                .collect(Collectors.toSet());
    }

    private List<Container> heldIn(String name) {
        return workloads.containers(name).stream()
                .filter(container -> container.getState().equals("paused"))
                .toList();
    }

    private static List<String> aliases(Container container) {
        return Docker.inspect(container).getNetworkSettings().getNetworks().values().stream()
                .flatMap(network -> network.getAliases().stream())
                .toList();
    }

    private static String replica(Container container) {
        return container.getLabels().get("mayfly.dev/name") + "-"
                + container.getLabels().get("mayfly.dev/slot");
    }

    private Set<String> revisions(String name) {
        return workloads.containers(name).stream()
                .filter(container -> Set.of("running", "paused").contains(container.getState()))
                .map(container -> container.getLabels().get("mayfly.dev/revision"))
                .collect(Collectors.toSet());
    }
}
