package dev.mayfly.runtime.docker.container;

import static dev.mayfly.runtime.docker.Answers.CLUSTER;
import static dev.mayfly.runtime.docker.Answers.ENDED;
import static dev.mayfly.runtime.docker.Answers.LAUNCH;
import static dev.mayfly.runtime.docker.Answers.NEVER;
import static dev.mayfly.runtime.docker.Answers.STARTED;
import static dev.mayfly.runtime.docker.Answers.labels;
import static dev.mayfly.runtime.docker.Answers.name;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.model.Container;
import com.github.dockerjava.core.DockerClientConfig;
import dev.mayfly.core.model.Replica.OutsideChange.Kind;
import dev.mayfly.core.model.ReplicaId;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What an engine shows of a container that another client changed. */
class OutsideViewTest {
    private static final ObjectMapper JSON = DockerClientConfig.getDefaultObjectMapper();
    private static final String NETWORK = "\"mayfly-net\":{\"Aliases\":[\"web\",\"c1\"]}";
    private static final String NAMESPACE = "\"NetworkMode\":\"mayfly-net\"";

    @Test
    void anUnchangedContainerShowsNothing() {
        assertThat(changed(state("true", "false", NEVER), NAMESPACE, NETWORK)).isEmpty();
        assertThat(changed(state("true", "false", NEVER), NAMESPACE, "\"mayfly-net\":{}"))
                .isEmpty();
        assertThat(changed(state("true", "false", NEVER), "\"NetworkMode\":\"none\"", "\"none\":{}"))
                .isEmpty();
        assertThat(changed(state("true", "false", NEVER), "\"NetworkMode\":\"bridge\"", "\"podman\":{}"))
                .isEmpty();
        assertThat(changed(
                        state("true", "false", NEVER),
                        NAMESPACE + ",\"RestartPolicy\":{\"Name\":\"no\",\"MaximumRetryCount\":0}",
                        NETWORK))
                .isEmpty();
    }

    @Test
    void oneInItsSecondRunWasRestarted() {
        assertThat(changed(state("true", "false", ENDED), NAMESPACE, NETWORK)).contains(Kind.RESTARTED);
        assertThat(changed(state("false", "false", ENDED), NAMESPACE, "")).isEmpty();
    }

    @Test
    void pauseAndRestartPolicyShow() {
        assertThat(changed(state("true", "true", NEVER), NAMESPACE, NETWORK)).contains(Kind.PAUSED);
        assertThat(changed(
                        state("true", "false", NEVER),
                        NAMESPACE + ",\"RestartPolicy\":{\"Name\":\"always\",\"MaximumRetryCount\":0}",
                        NETWORK))
                .contains(Kind.UPDATED);
    }

    @Test
    void oneWithoutItsNetworkOrItsAliasIsDisconnected() {
        var running = state("true", "false", NEVER);

        assertThat(changed(running, NAMESPACE, "")).contains(Kind.DISCONNECTED);
        assertThat(changed(running, NAMESPACE, "\"other\":{}")).contains(Kind.DISCONNECTED);
        assertThat(changed(running, NAMESPACE, "\"mayfly-net\":{\"Aliases\":[\"c1\"]}"))
                .contains(Kind.DISCONNECTED);
        assertThat(changed(running, "\"NetworkMode\":\"bridge\"", "")).contains(Kind.DISCONNECTED);
    }

    @Test
    void aLineOfTheListShowsTheMissingNetworkToo() {
        assertThat(ContainerSnapshot.ofRunning(CLUSTER, listed(NETWORK))).isPresent();
        assertThat(ContainerSnapshot.ofRunning(CLUSTER, listed(""))).isEmpty();
    }

    @Test
    void aKnownContainerIsOursUnderAnyName() {
        var renamed = inspected("foo", state("true", "false", NEVER), NAMESPACE, NETWORK);

        assertThat(ContainerSnapshot.of(CLUSTER, renamed)).isEmpty();
        assertThat(ContainerSnapshot.of(
                        CLUSTER, renamed, Optional.of(new ReplicaId(LAUNCH.id().owner(), 7, 1))))
                .isEmpty();
        assertThat(ContainerSnapshot.of(CLUSTER, renamed, Optional.of(LAUNCH.id())))
                .hasValueSatisfying(snapshot -> assertThat(snapshot.changed()).contains(Kind.RENAMED));
    }

    private static Optional<Kind> changed(String state, String host, String networks) {
        return ContainerSnapshot.of(CLUSTER, inspected(name(), state, host, networks))
                .orElseThrow()
                .changed();
    }

    private static InspectContainerResponse inspected(String name, String state, String host, String networks) {
        return read(
                "{\"Id\":\"c1\",\"Name\":\"/%s\",\"Created\":\"%s\",\"Config\":{\"Labels\":%s},\"State\":%s,\"HostConfig\":{%s},\"NetworkSettings\":{\"Networks\":{%s}}}"
                        .formatted(name, STARTED, text(labels()), state, host, networks),
                InspectContainerResponse.class);
    }

    private static Container listed(String networks) {
        return read(
                "{\"Id\":\"c1\",\"Names\":[\"/%s\"],\"Created\":1767268800,\"State\":\"running\",\"Labels\":%s,\"HostConfig\":{%s},\"NetworkSettings\":{\"Networks\":{%s}}}"
                        .formatted(name(), text(labels()), NAMESPACE, networks),
                Container.class);
    }

    private static String state(String running, String paused, String finished) {
        return "{\"Running\":%s,\"Paused\":%s,\"ExitCode\":0,\"StartedAt\":\"%s\",\"FinishedAt\":\"%s\"}"
                .formatted(running, paused, STARTED, finished);
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
            return JSON.readValue(json, type);
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
