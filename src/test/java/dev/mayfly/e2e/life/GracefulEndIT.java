package dev.mayfly.e2e.life;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.github.dockerjava.api.model.Container;
import dev.mayfly.api.v1alpha1.EphemeralWorkloadStatus.TerminationStatus;
import dev.mayfly.e2e.Alone;
import dev.mayfly.e2e.OperatorScenario;
import dev.mayfly.testing.Census;
import dev.mayfly.testing.engine.Docker;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A replica is given the end that it was promised, whatever happens around it. */
@Alone
class GracefulEndIT extends OperatorScenario {
    /** Time that the stops may add to a heal. A heal that waited for a stop would take ten seconds longer. */
    private static final Duration DELAY = Duration.ofSeconds(5);

    GracefulEndIT() {
        super("graceful");
    }

    @Test
    void fiftyGracefulStopsDelayNoHeal() {
        workloads.apply(slow("many", 50));
        running("web", 3, "image: busybox:1.36\nnetwork: None\ncommand: [tail, -f, /dev/null]\n");
        workloads.awaitRunning("many", 50);
        try (var web = new Census(workloads, "web");
                var many = new Census(workloads, "many")) {
            var alone = healed(web);
            var begin = System.nanoTime();
            workloads.scale("many", 0);
            await().until(() ->
                    Integer.valueOf(50).equals(workloads.get("many").getStatus().terminatingReplicas()));

            var whileTheyWait = healed(web);
            assertThat(many.alive()).as("they wait").isEqualTo(50);
            await().pollDelay(Duration.ZERO)
                    .pollInterval(Duration.ofMillis(5))
                    .atMost(SOON)
                    .until(() -> many.alive() < 50);
            var sinceAsked = Duration.ofNanos(System.nanoTime() - begin);
            var whileTheyGo = healed(web);

            System.out.printf(
                    "50 graceful stops: healed beside them in %.2f s while they wait, in %.2f s while they are removed, in %.2f s"
                            + " without them%n",
                    whileTheyWait.toMillis() / 1e3, whileTheyGo.toMillis() / 1e3, alone.toMillis() / 1e3);
            assertThat(sinceAsked).isGreaterThan(Duration.ofSeconds(10));
            assertThat(whileTheyWait).isLessThan(alone.plus(DELAY));
            assertThat(whileTheyGo).isLessThan(alone.plus(DELAY));
        }
        workloads.awaitRunning("many", 0);
        gone("many");
        gone("web");
    }

    /** preStop takes 8 of its 9 s, then it ignores the signal: all are killed at one moment, 2 s after that. */
    private static String slow(String name, int replicas) {
        return workload(name, replicas, """
                image: busybox:1.36
                network: None
                command: [tail, -f, /dev/null]
                lifecycle: {preStop: {sleep: {seconds: 8}}}
                """)
                .replace("terminationGracePeriodSeconds: 1", "terminationGracePeriodSeconds: 9");
    }

    /** Kills the oldest replica of web, which has no failures. @return how long it took until its successor ran */
    private Duration healed(Census web) {
        var wanted = web.starts() + 1;
        var victim = workloads.running("web").getLast();
        var begin = System.nanoTime();
        Docker.client().killContainerCmd(victim.getId()).exec();
        await().pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(2)).until(() -> web.starts() == wanted);
        return Duration.ofNanos(System.nanoTime() - begin);
    }

    @Test
    void anOperatorKilledInTheMiddleOfTwentyStopsLeavesThemTheirGrace() {
        var polite = """
                image: busybox:1.36
                network: None
                command: [sh, -c, 'trap "sleep 1; exit 7" TERM; while :; do sleep 0.2; done']
                lifecycle: {preStop: {exec: {command: [sh, -c, 'until [ -e /tmp/go ]; do sleep 0.1; done']}}}
                """;
        workloads.apply(workload("polite", 20, polite)
                .replace("terminationGracePeriodSeconds: 1", "terminationGracePeriodSeconds: 60"));
        workloads.awaitRunning("polite", 20);

        workloads.scale("polite", 0);
        await().until(() ->
                Integer.valueOf(20).equals(workloads.get("polite").getStatus().terminatingReplicas()));
        operator.kill9();
        var waiting = workloads.running("polite");
        assertThat(waiting).as("in their preStop").hasSize(20);
        waiting.forEach(replica -> Docker.exec(replica.getId(), "touch", "/tmp/go"));
        operator.start();
        var begin = System.nanoTime();

        await().atMost(SOON).until(() -> workloads.containers("polite").isEmpty());
        assertThat(Duration.ofNanos(System.nanoTime() - begin))
                .as("none needed its grace")
                .isLessThan(Duration.ofSeconds(60));
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(terminations("polite"))
                        .hasSize(5)
                        .allSatisfy(end -> assertThat(end.exitCode()).isEqualTo(7)));
        gone("polite");
    }

    @Test
    void aReplicaIsStoppedWithItsOwnSettingsNotTheNewestTemplates() {
        var template = """
                image: busybox:1.36
                network: None
                command: [sh, -c, 'trap exit TERM; while :; do sleep 0.1; done']
                volumes: [{name: data, hostPath: {path: %s/stops, type: DirectoryOrCreate}}]
                volumeMounts: [{name: data, mountPath: /data}]
                lifecycle: {preStop: {exec: {command: [sh, -c, 'echo bye >/data/$HOSTNAME.%s']}}}
                """;
        workloads.apply(patient("bye", template.formatted(prefix(), "first")));
        workloads.awaitRunning("bye", 1);
        var first = workloads.running("bye").getFirst();

        workloads.apply(patient("bye", template.formatted(prefix(), "second")));
        var second = another(first);
        assertThat(stops()).as("a rollout").containsExactly("bye-0.first");
        workloads.apply(patient("bye", template.formatted(prefix(), "second")).replace("echo bye", "false"));
        await().atMost(SOON).untilAsserted(() -> assertThat(stops()).contains("bye-0.second"));
        another(second);

        gone("bye");

        // A deletion runs preStop too, and reports its failure.
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(workloads.events("bye", "FailedPreStopHook"))
                        .singleElement()
                        .satisfies(event -> assertThat(event.getMessage()).contains("bye-0", "exit code 1")));
    }

    /** Its preStop has the time that a busy machine takes to run it. */
    private static String patient(String name, String template) {
        return workload(name, 1, template)
                .replace("terminationGracePeriodSeconds: 1", "terminationGracePeriodSeconds: 30");
    }

    /** The only one that runs, once that is not the first. */
    private Container another(Container first) {
        return await().atMost(SOON)
                .until(
                        () -> workloads.running("bye"),
                        running -> running.size() == 1
                                && !running.getFirst().getId().equals(first.getId()))
                .getFirst();
    }

    private List<String> stops() {
        var names = prefix().resolve("stops").toFile().list();
        return names == null ? List.of() : List.of(names);
    }

    private List<TerminationStatus> terminations(String name) {
        var known = workloads.get(name).getStatus().lastTerminations();
        return known == null ? List.of() : known;
    }
}
