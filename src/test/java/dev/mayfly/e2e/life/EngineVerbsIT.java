package dev.mayfly.e2e.life;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.github.dockerjava.api.model.Container;
import dev.mayfly.core.model.Ephemerality.Mode;
import dev.mayfly.e2e.OperatorScenario;
import dev.mayfly.e2e.image.Cli;
import dev.mayfly.scenario.EngineVerbs;
import dev.mayfly.testing.OperatorProcess;
import dev.mayfly.testing.engine.Docker;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Users use {@code docker} on the containers of a workload. */
class EngineVerbsIT extends OperatorScenario {
    private static final Duration RESYNC = Duration.ofSeconds(5);
    private static final String STAYS = "image: busybox:1.36\ncommand: [tail, -f, /dev/null]\n";

    EngineVerbsIT() {
        super("verbs", new OperatorProcess("verbs"));
        operator.with("MAYFLY_ENGINE_RESYNC_INTERVAL", RESYNC.toSeconds() + "s");
    }

    /** Each once. For longer, without audit, and while no operator runs: in {@code make soak}. */
    @Test
    void everyVerb() {
        var scenario = new EngineVerbs(Duration.ZERO, RESYNC, Mode.Audit, System.nanoTime());
        System.out.println(scenario.run(workloads));
    }

    @Test
    void oneThatWasRenamedWhileNoOperatorRanIsReplacedWhenItIsBack() {
        var victim = running("away", 1, STAYS);
        operator.kill9();
        Cli.docker("rename", victim.getId(), "away-" + workloads.namespace());

        operator.start();

        awaitFreshOne("away", victim);
        awaitEvent("away", "ContainerRenamed");
        gone("away");
    }

    /** Its container has the template's limits afterwards, not those that somebody set meanwhile. */
    @Test
    void oneWhoseLimitsWereRaisedWhileNoOperatorRanIsReplacedWhenItIsBack() {
        var victim = running("raised", 1, STAYS + "resources: {limits: {memory: 32Mi}}\n");
        operator.kill9();
        Cli.docker("update", "--memory", "64m", "--memory-swap", "64m", victim.getId());

        operator.start();

        awaitFreshOne("raised", victim);
        awaitEvent("raised", "ContainerUpdated");
        gone("raised");
    }

    /** It has all labels of a replica, and the host name of another container: nobody's business. */
    @Test
    void aContainerFromACommittedReplicaStaysAStranger() {
        var replica = running("copied", 1, STAYS);
        var image = Cli.docker("commit", replica.getId()).strip();
        var stranger = Cli.docker("run", "-d", image).strip();
        try {
            operator.kill9();
            operator.start();
            workloads.awaitCondition("copied", "Available", "True", "MinimumReplicasAvailable", SOON);

            workloads.delete("copied");
            await().atMost(SOON)
                    .until(() -> Cli.docker("ps", "-aq", "--no-trunc").lines().noneMatch(replica.getId()::equals));
            assertThat(Cli.docker("ps", "-q", "--no-trunc").lines()).contains(stranger);
        } finally {
            Cli.docker("rm", "-f", stranger);
            Cli.tried("rmi", image);
        }
    }

    @Test
    void oneThatWasCopiedIntoIsReplacedAndNotAccusedOfTheCopy() {
        var victim = running("written", 1, STAYS);
        workloads.apply(workload("written", 1, STAYS).replace("spec:\n", "spec:\n  ephemerality: {mode: Audit}\n"));
        await().atMost(SOON).until(() -> !workloads.runningIds("written").contains(victim.getId()));
        workloads.awaitRunning("written", 1);
        workloads.awaitCondition("written", "Ephemeral", "True", "Clean", SOON);
        var audited = workloads.running("written").getFirst();

        Cli.docker("cp", "/etc/hostname", audited.getId() + ":/copied");

        awaitFreshOne("written", audited);
        awaitEvent("written", "ContainerWritten");
        await("what it wrote itself is not known")
                .atMost(SOON)
                .untilAsserted(() -> assertThat(workloads
                                .condition("written", "Ephemeral")
                                .orElseThrow()
                                .getStatus())
                        .isEqualTo("Unknown"));
        assertThat(workloads.get("written").getStatus().ephemerality().findings())
                .isNull();
        gone("written");
    }

    @Test
    void oneThatIsStoppedAndStartedLeavesOneReplica() {
        var victim = running("started", 1, STAYS);
        Cli.docker("stop", "-t", "0", victim.getId());
        await().atMost(SOON).until(() -> !workloads.running("started").isEmpty());

        Cli.docker("start", victim.getId());

        awaitFreshOne("started", victim);
        awaitEvent("started", "ContainerRestarted");
        gone("started");
    }

    @Test
    void oneThatIsRestartedIsReplacedByAFreshOne() {
        var victim = running("restarted", 1, STAYS);

        Cli.docker("restart", "-t", "0", victim.getId());

        awaitFreshOne("restarted", victim);
        awaitEvent("restarted", "ContainerRestarted");
        gone("restarted");
    }

    @Test
    void oneThatWasRestartedWhileNoOperatorRanIsReplacedWhenItIsBack() {
        var victim = running("asleep", 1, STAYS);
        operator.kill9();
        Cli.docker("restart", "-t", "0", victim.getId());

        operator.start();

        awaitFreshOne("asleep", victim);
        awaitEvent("asleep", "ContainerRestarted");
        gone("asleep");
    }

    @Test
    void oneThatIsRenamedAndKilledLeavesItsSlotToAnother() {
        var victim = running("renamed", 1, STAYS);

        Cli.docker("rename", victim.getId(), "foo-" + workloads.namespace());
        Cli.tried("kill", "foo-" + workloads.namespace());

        awaitFreshOne("renamed", victim);
        workloads.awaitCondition("renamed", "Available", "True", "MinimumReplicasAvailable", SOON);
        gone("renamed");
        assertThat(Docker.containers(workloads.labels("renamed"))).isEmpty();
    }

    @Test
    void aCommitLeavesTheReplicaRunning() {
        var replica = running("committed", 1, STAYS);

        Cli.docker("rmi", Cli.docker("commit", replica.getId()).strip());

        awaitEvent("committed", "ContainerCommitted");
        await().during(Duration.ofSeconds(12))
                .atMost(SOON)
                .until(() -> workloads.runningIds("committed").contains(replica.getId()));
        assertThat(workloads.get("committed").getStatus().readyReplicas()).isEqualTo(1);
        gone("committed");
    }

    /** Exactly one container runs, which is another one in its first run, and the status says so. */
    private void awaitFreshOne(String name, Container before) {
        await(name + " has one fresh replica").atMost(RESYNC.plus(SOON)).untilAsserted(() -> {
            assertThat(workloads.running(name))
                    .singleElement()
                    .satisfies(replica -> assertThat(replica.getId()).isNotEqualTo(before.getId()));
            assertThat(workloads.get(name).getStatus())
                    .matches(s -> Integer.valueOf(1).equals(s.readyReplicas()) && s.replicas() == 1, "counts 1");
        });
    }

    private void awaitEvent(String name, String reason) {
        await(reason).atMost(SOON).until(() -> !workloads.events(name, reason).isEmpty());
    }
}
