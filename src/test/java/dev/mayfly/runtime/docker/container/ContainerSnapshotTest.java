package dev.mayfly.runtime.docker.container;

import static dev.mayfly.runtime.docker.Answers.CLUSTER;
import static dev.mayfly.runtime.docker.Answers.ENDED;
import static dev.mayfly.runtime.docker.Answers.LAUNCH;
import static dev.mayfly.runtime.docker.Answers.NEVER;
import static dev.mayfly.runtime.docker.Answers.STARTED;
import static dev.mayfly.runtime.docker.Answers.inspect;
import static dev.mayfly.runtime.docker.Answers.labels;
import static dev.mayfly.runtime.docker.Answers.listed;
import static dev.mayfly.runtime.docker.Answers.name;
import static dev.mayfly.runtime.docker.Answers.state;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.core.model.Failure;
import dev.mayfly.core.model.Launch;
import dev.mayfly.core.model.Launch.Priority;
import dev.mayfly.core.model.OwnerId;
import dev.mayfly.core.model.Phase;
import dev.mayfly.core.model.Replica;
import dev.mayfly.core.model.ReplicaId;
import dev.mayfly.core.model.Samples;
import dev.mayfly.core.model.Template;
import dev.mayfly.core.model.Template.Requests;
import dev.mayfly.core.model.Termination.Exit;
import dev.mayfly.runtime.Ownership;
import dev.mayfly.runtime.docker.Templates;
import dev.mayfly.runtime.support.Stopping;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ContainerSnapshotTest {
    @Test
    void aRunningContainerIsAReadyReplicaSinceItsStart() {
        var replica = replica(state(true, 0, "", STARTED, NEVER));

        assertThat(replica.phase()).isEqualTo(Phase.RUNNING);
        assertThat(replica.ready()).isTrue();
        assertThat(replica.since()).isEqualTo(Instant.parse(STARTED));
        assertThat(replica.history().failures()).isEqualTo(1);
        assertThat(replica.history().restarts()).isEqualTo(4);
    }

    @Test
    void aContainerThatWasNeverStartedWaits() {
        var replica = replica(state(false, 0, "", NEVER, NEVER));

        assertThat(replica.phase()).isEqualTo(Phase.CREATED);
        assertThat(replica.outcome().failure()).isEmpty();
    }

    @Test
    void aContainerThatCouldNotBeStartedIsOverWithTheEnginesWords() {
        var replica = replica(state(false, 127, "exec: \\\"nope\\\": not found", NEVER, NEVER));

        assertThat(replica.phase()).isEqualTo(Phase.ENDED);
        assertThat(replica.startedAt()).isEmpty();
        assertThat(replica.outcome().failure())
                .contains(new Failure("RunContainerError", "The engine could not start it: exec: \"nope\": not found"));
    }

    @Test
    void anExitCodeIsReportedWithItsSignal() {
        var crashed = replica(state(false, 139, "", STARTED, ENDED));
        assertThat(crashed.outcome().failure())
                .contains(new Failure("Error", "PID 1 ended with exit code 139 (SIGSEGV)."));
        assertThat(crashed.outcome().exit()).contains(new Exit(139, "SIGSEGV"));
        var failed = replica(state(false, 3, "", STARTED, ENDED));
        assertThat(failed.outcome().failure()).contains(new Failure("Error", "PID 1 ended with exit code 3."));
        assertThat(failed.outcome().exit()).contains(new Exit(3, ""));
    }

    @Test
    void aKilledContainerReportsTheKill() {
        var killed = replica(state(false, 137, "", STARTED, ENDED));

        assertThat(killed.outcome().failure().orElseThrow().reason()).isEqualTo("Killed");
        assertThat(killed.outcome().exit()).contains(new Exit(137, "SIGKILL"));
    }

    @Test
    void aRemovalByForceIsReportedAsARemovalNotAsAKill() {
        var removing =
                state(false, 137, "", STARTED, ENDED).replace("\"Running\"", "\"Status\":\"removing\",\"Running\"");

        assertThat(replica(removing).outcome().failure()).contains(ContainerSnapshot.REMOVED);
        assertThat(replica(removing).outcome().exit()).contains(new Exit(137, "SIGKILL"));
    }

    @Test
    void theExitWithItsEngineIsUnknown() {
        var lost = replica(state(false, 255, "", STARTED, ENDED));

        assertThat(lost.outcome().failure().orElseThrow().reason()).isEqualTo("EngineStopped");
        assertThat(lost.outcome().exit()).isEmpty();
    }

    @Test
    void aTaskThatEndsWithZeroDidWhatItIsFor() {
        var task = new OwnerId("EphemeralTask", "default", "hello", "uid-hello");
        var launch = new Launch(new ReplicaId(task, 0, 1), "v1", Templates.plain(), 0, 0, Samples.NOON, Priority.SCALE);
        var ended = inspect(
                Ownership.containerName(launch.id()),
                Ownership.labels(CLUSTER, launch),
                state(false, 0, "", STARTED, ENDED));

        assertThat(ended.orElseThrow().replica().outcome().failure())
                .contains(new Failure("Completed", "PID 1 ended with exit code 0."));
    }

    @Test
    void whatAReplicaReservesIsKnownAfterTheOperatorRestarted() {
        var template = Templates.plain()
                .withNetwork(network -> network.withPorts(List.of(
                        new Template.Port(80, 8080, "TCP"),
                        new Template.Port(80, 8080, "UDP"),
                        new Template.Port(81, 0, "TCP"))));
        var launch = new Launch(LAUNCH.id(), "v1", template, 0, 0, Samples.NOON, Priority.SCALE);
        var labels = new HashMap<>(Ownership.labels(CLUSTER, launch));
        labels.putAll(Ownership.labels(template.network()));

        for (var seen : List.of(
                inspect(name(), labels, state(true, 0, "", STARTED, NEVER)),
                ContainerSnapshot.ofRunning(CLUSTER, listed("running", labels)))) {
            assertThat(seen.orElseThrow().replica().requests())
                    .isEqualTo(launch.pending(Samples.NOON).requests())
                    .extracting(Requests::hostPorts)
                    .isEqualTo(2L);
        }
    }

    @Test
    void aReplicaKeepsTheGraceThatItWasMadeWith() {
        var labels = labels();
        labels.put(Ownership.GRACE, "7");

        assertThat(inspect(name(), labels, state(true, 0, "", STARTED, NEVER))
                        .orElseThrow()
                        .replica()
                        .grace())
                .contains(Duration.ofSeconds(7));
        assertThat(replica(state(true, 0, "", STARTED, NEVER)).grace()).isEmpty();
    }

    @Test
    void anEndWithZeroIsAnEndToo() {
        assertThat(replica(state(false, 0, "", STARTED, ENDED))
                        .outcome()
                        .failure()
                        .orElseThrow()
                        .reason())
                .isEqualTo("Completed");
    }

    @Test
    void outOfMemoryIsReportedWithARemedy() {
        var failure = replica(state(false, 137, "", STARTED, ENDED).replace("false/*oom*/", "true"))
                .outcome()
                .failure()
                .orElseThrow();

        assertThat(failure.reason()).isEqualTo("OOMKilled");
        assertThat(failure.message()).contains("limits.memory");
    }

    @Test
    void whatEndedWithItsEngineIsExcused() {
        assertThat(replica(state(false, 255, "", STARTED, ENDED)).outcome().excused())
                .isTrue();
        assertThat(replica(state(false, 3, "", STARTED, ENDED)).outcome().excused())
                .isFalse();
    }

    @Test
    void theStopSignalIsRemembered() {
        var labels = labels();
        labels.put(Ownership.STOP_SIGNAL, "SIGQUIT");

        assertThat(inspect(name(), labels, state(true, 0, "", STARTED, NEVER))
                        .orElseThrow()
                        .stopping()
                        .signal())
                .isEqualTo("SIGQUIT");
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
            probes            | null
            probes            | {"readiness":{"check":null,"period":1,"timeout":1,"successThreshold":1,"failureThreshold":1}}
            probes            | {"liveness":{"check":{"by":"exec"},"initialDelay":0,"period":0,"timeout":0}}
            pre-stop          | {"sleepSeconds":-5}
            pre-stop          | garbage
            grace-seconds     | -1
            empty-dir-limits  | ../../..=1
            stop-signal       | no signal
            cpu-millis        | -1000
            memory-bytes      | 999999999999999999
            host-ports        | -2
            failures          | -5
            restarts          | many
            not-before        | +1000000000-12-31T23:59:59Z
            ephemerality      | Sometimes
            """)
    void aLabelThatCannotBeReadMakesThatReplicaAFailure(String label, String value) {
        var labels = labels();
        labels.put(Ownership.PREFIX + label, value);

        for (var seen : List.of(
                inspect(name(), labels, state(true, 0, "", STARTED, NEVER)),
                ContainerSnapshot.ofRunning(CLUSTER, listed("running", labels)))) {
            var failure = seen.orElseThrow().replica().health().unhealthy().orElseThrow();
            assertThat(failure.reason()).isEqualTo("UnreadableLabel");
            assertThat(failure.message()).contains("mayfly.dev/" + label).doesNotContain(value);
        }
    }

    @Test
    void aMegabyteInALabelIsNotRead() {
        var labels = labels();
        labels.put(Ownership.PROBES, "[".repeat(1 << 20));

        assertThat(inspect(name(), labels, state(true, 0, "", STARTED, NEVER))
                        .orElseThrow()
                        .replica()
                        .health()
                        .unhealthy()
                        .orElseThrow()
                        .message())
                .contains("mayfly.dev/probes")
                .contains("longer than 64 KiB")
                .hasSizeLessThan(500);
    }

    @Test
    void anEmptyLabelSaysNothing() {
        var labels = new HashMap<>(Ownership.complete(labels()));
        var snapshot =
                inspect(name(), labels, state(true, 0, "", STARTED, NEVER)).orElseThrow();

        assertThat(snapshot.replica().health().unhealthy()).isEmpty();
        assertThat(snapshot.stopping()).isEqualTo(Stopping.DEFAULT);
        assertThat(snapshot.limits()).isEmpty();
        assertThat(snapshot.health().probes().given()).isFalse();
    }

    @Test
    void allLabelsUnderAnotherNameAreAStranger() {
        assertThat(inspect("eager_hopper", labels(), state(true, 0, "", STARTED, NEVER)))
                .isEmpty();
    }

    @Test
    void theNameWithoutOneOfTheLabelsIsAStranger() {
        for (var missing : Ownership.labels(CLUSTER, LAUNCH).keySet()) {
            var labels = labels();
            labels.remove(missing);

            assertThat(inspect(name(), labels, state(true, 0, "", STARTED, NEVER)))
                    .as("without " + missing)
                    .isEmpty();
        }
    }

    @Test
    void anotherClustersContainerIsAStranger() {
        var labels = labels();
        labels.put(Ownership.CLUSTER, "ba9876543210");

        assertThat(inspect(name(), labels, state(true, 0, "", STARTED, NEVER))).isEmpty();
    }

    @Test
    void aLineOfTheListDescribesARunningReplica() {
        var replica = ContainerSnapshot.ofRunning(CLUSTER, listed("running"))
                .orElseThrow()
                .replica();

        assertThat(replica.id()).isEqualTo(LAUNCH.id());
        assertThat(replica.phase()).isEqualTo(Phase.RUNNING);
    }

    @Test
    void aLineOfTheListDoesNotHaveAnExit() {
        assertThat(ContainerSnapshot.ofRunning(CLUSTER, listed("exited"))).isEmpty();
    }

    private static Replica replica(String state) {
        return inspect(name(), labels(), state).orElseThrow().replica();
    }
}
