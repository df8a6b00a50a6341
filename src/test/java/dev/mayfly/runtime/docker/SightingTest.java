package dev.mayfly.runtime.docker;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.model.Container;
import com.github.dockerjava.core.DockerClientConfig;
import dev.mayfly.model.Failure;
import dev.mayfly.model.Launch;
import dev.mayfly.model.Phase;
import dev.mayfly.model.Priority;
import dev.mayfly.model.Replica;
import dev.mayfly.model.Samples;
import dev.mayfly.runtime.Ownership;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SightingTest {
    private static final ObjectMapper JSON = DockerClientConfig.getDefaultObjectMapper();
    private static final String CLUSTER = "0123456789ab";
    private static final String NEVER = "0001-01-01T00:00:00Z";
    private static final String CREATED = "2026-01-01T12:00:00Z";
    private static final String STARTED = "2026-01-01T12:00:01.5Z";
    private static final String ENDED = "2026-01-01T12:00:09Z";
    private static final Launch LAUNCH =
            new Launch(Samples.id(3, 2), "v1", Templates.plain(), 1, 4, Samples.NOON, Priority.SCALE);

    @Test
    void aRunningContainerIsAReadyReplicaSinceItsStart() {
        var replica = replica(state(true, 0, "", STARTED, NEVER));

        assertThat(replica.phase()).isEqualTo(Phase.RUNNING);
        assertThat(replica.ready()).isTrue();
        assertThat(replica.since()).isEqualTo(Instant.parse(STARTED));
        assertThat(replica.failures()).isEqualTo(1);
        assertThat(replica.restarts()).isEqualTo(4);
    }

    @Test
    void aContainerThatWasNeverStartedWaits() {
        var replica = replica(state(false, 0, "", NEVER, NEVER));

        assertThat(replica.phase()).isEqualTo(Phase.CREATED);
        assertThat(replica.failure()).isEmpty();
    }

    @Test
    void aContainerThatCouldNotBeStartedIsOverWithTheEnginesWords() {
        var replica = replica(state(false, 127, "exec: \\\"nope\\\": not found", NEVER, NEVER));

        assertThat(replica.phase()).isEqualTo(Phase.ENDED);
        assertThat(replica.startedAt()).isEmpty();
        assertThat(replica.failure())
                .contains(new Failure("RunContainerError", "The engine could not start it: exec: \"nope\": not found"));
    }

    @Test
    void anExitCodeIsToldWithItsSignal() {
        assertThat(replica(state(false, 137, "", STARTED, ENDED)).failure())
                .contains(new Failure("Error", "PID 1 ended with exit code 137 (signal 9)."));
        assertThat(replica(state(false, 3, "", STARTED, ENDED)).failure())
                .contains(new Failure("Error", "PID 1 ended with exit code 3."));
    }

    @Test
    void anEndWithZeroIsAnEndToo() {
        assertThat(replica(state(false, 0, "", STARTED, ENDED))
                        .failure()
                        .orElseThrow()
                        .reason())
                .isEqualTo("Completed");
    }

    @Test
    void runningOutOfMemorySaysWhatToChange() {
        var failure = replica(state(false, 137, "", STARTED, ENDED).replace("false/*oom*/", "true"))
                .failure()
                .orElseThrow();

        assertThat(failure.reason()).isEqualTo("OOMKilled");
        assertThat(failure.message()).contains("limits.memory");
    }

    @Test
    void whatEndedWithItsEngineIsExcused() {
        assertThat(replica(state(false, 255, "", STARTED, ENDED)).excused()).isTrue();
        assertThat(replica(state(false, 3, "", STARTED, ENDED)).excused()).isFalse();
    }

    @Test
    void theStopSignalIsRemembered() {
        var labels = labels();
        labels.put(Ownership.STOP_SIGNAL, "SIGQUIT");

        assertThat(inspect(name(), labels, state(true, 0, "", STARTED, NEVER))
                        .orElseThrow()
                        .stopSignal())
                .isEqualTo("SIGQUIT");
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
    void aLineOfTheListTellsARunningReplicaInFull() {
        var replica =
                Sighting.ofRunning(CLUSTER, listed("running")).orElseThrow().replica();

        assertThat(replica.id()).isEqualTo(LAUNCH.id());
        assertThat(replica.phase()).isEqualTo(Phase.RUNNING);
    }

    @Test
    void aLineOfTheListCannotTellHowAReplicaEnded() {
        assertThat(Sighting.ofRunning(CLUSTER, listed("exited"))).isEmpty();
    }

    private static Replica replica(String state) {
        return inspect(name(), labels(), state).orElseThrow().replica();
    }

    private static Optional<Sighting> inspect(String name, Map<String, String> labels, String state) {
        var json = "{\"Id\":\"c1\",\"Name\":\"/%s\",\"Created\":\"%s\",\"Config\":{\"Labels\":%s},\"State\":%s}"
                .formatted(name, CREATED, text(labels), state);
        return Sighting.of(CLUSTER, read(json, InspectContainerResponse.class));
    }

    private static Container listed(String state) {
        return read(
                "{\"Id\":\"c1\",\"Names\":[\"/%s\"],\"Created\":1767268800,\"State\":\"%s\",\"Labels\":%s}"
                        .formatted(name(), state, text(labels())),
                Container.class);
    }

    private static String state(boolean running, int exitCode, String error, String started, String finished) {
        return ("{\"Running\":%s,\"ExitCode\":%d,\"Error\":\"%s\",\"OOMKilled\":false/*oom*/,\"StartedAt\":\"%s\","
                        + "\"FinishedAt\":\"%s\"}")
                .formatted(running, exitCode, error, started, finished);
    }

    private static String name() {
        return Ownership.containerName(LAUNCH.id());
    }

    private static Map<String, String> labels() {
        return new HashMap<>(Ownership.labels(CLUSTER, LAUNCH));
    }

    private static String text(Object value) {
        try {
            return JSON.writeValueAsString(value);
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static <T> T read(String json, Class<T> type) {
        try {
            return JSON.readValue(json.replace("/*oom*/", ""), type);
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
