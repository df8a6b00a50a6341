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
import dev.mayfly.runtime.Ownership;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The engine's view of a container that another client changed. */
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

    /** A rename changes the name only, and a container made from a copy has a host name of its own. */
    @Test
    void aContainerThatWasRenamedWhileNoOperatorRanIsKnownByItsHostName() {
        var labels = text(labels());
        var running = state("true", "false", NEVER);

        assertThat(ContainerSnapshot.of(
                        CLUSTER, inspected("foo", LAUNCH.id().replica(), labels, running, NAMESPACE, NETWORK)))
                .hasValueSatisfying(snapshot -> {
                    assertThat(snapshot.replica().id()).isEqualTo(LAUNCH.id());
                    assertThat(snapshot.changed()).contains(Kind.RENAMED);
                });
        assertThat(ContainerSnapshot.of(CLUSTER, inspected("foo", "0a1b2c3d4e5f", labels, running, NAMESPACE, NETWORK)))
                .isEmpty();
    }

    @Test
    void aSecondNetworkShows() {
        var both = NETWORK + ",\"bridge\":{}";

        assertThat(changed(state("true", "false", NEVER), NAMESPACE, both)).contains(Kind.CONNECTED);
        assertThat(ContainerSnapshot.ofRunning(CLUSTER, listed(both))).isEmpty();
    }

    @Test
    void otherLimitsThanAtItsCreationWereChanged() {
        var created = "\"CpuShares\":512,\"NanoCpus\":0,\"Memory\":33554432,\"MemoryReservation\":0,\"PidsLimit\":512";

        assertThat(limited(created)).isEmpty();
        assertThat(limited(created.replace("33554432", "67108864"))).contains(Kind.UPDATED);
        assertThat(limited(created.replace("512,", "300,"))).contains(Kind.UPDATED);
        assertThat(limited(created.replace("\"NanoCpus\":0", "\"NanoCpus\":500000000")))
                .contains(Kind.UPDATED);
        assertThat(limited("\"CpuShares\":512"))
                .as("by an engine that knows no other limits")
                .isEmpty();
    }

    @Test
    void limitsThatAreNotKnownDontChange() {
        assertThat(changed(state("true", "false", NEVER), NAMESPACE + ",\"Memory\":67108864", NETWORK))
                .isEmpty();
    }

    /** Created with 512 CPU shares, 32 MiB of memory and 512 processes. */
    private static Optional<Kind> limited(String host) {
        var labels = labels();
        labels.put(Ownership.LIMITS, "512,0,33554432,0,512");
        var running = state("true", "false", NEVER);
        return ContainerSnapshot.of(
                        CLUSTER, inspected(name(), "c1", text(labels), running, NAMESPACE + "," + host, NETWORK))
                .orElseThrow()
                .changed();
    }

    private static Optional<Kind> changed(String state, String host, String networks) {
        return ContainerSnapshot.of(CLUSTER, inspected(name(), state, host, networks))
                .orElseThrow()
                .changed();
    }

    private static InspectContainerResponse inspected(String name, String state, String host, String networks) {
        return inspected(name, "c1", text(labels()), state, host, networks);
    }

    private static InspectContainerResponse inspected(
            String name, String hostName, String labels, String state, String host, String networks) {
        return read(
                "{\"Id\":\"c1\",\"Name\":\"/%s\",\"Created\":\"%s\",\"Config\":{\"Hostname\":\"%s\",\"Labels\":%s},\"State\":%s,\"HostConfig\":{%s},\"NetworkSettings\":{\"Networks\":{%s}}}"
                        .formatted(name, STARTED, hostName, labels, state, host, networks),
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
