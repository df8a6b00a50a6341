package dev.mayfly.runtime.docker;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.model.Container;
import com.github.dockerjava.core.DockerClientConfig;
import dev.mayfly.core.model.Launch;
import dev.mayfly.core.model.Launch.Priority;
import dev.mayfly.core.model.Samples;
import dev.mayfly.runtime.Ownership;
import dev.mayfly.runtime.docker.container.ContainerSnapshot;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Answers of an engine about one container of ours. */
public final class Answers {
    private static final ObjectMapper JSON = DockerClientConfig.getDefaultObjectMapper();
    public static final String CLUSTER = "0123456789ab";
    public static final String NEVER = "0001-01-01T00:00:00Z";
    public static final String CREATED = "2026-01-01T12:00:00Z";
    public static final String STARTED = "2026-01-01T12:00:01.5Z";
    public static final String ENDED = "2026-01-01T12:00:09Z";
    public static final Launch LAUNCH =
            new Launch(Samples.id(3, 2), "v1", Templates.plain(), 1, 4, Samples.NOON, Priority.SCALE);

    public static Optional<ContainerSnapshot> inspect(String name, Map<String, String> labels, String state) {
        var json = "{\"Id\":\"c1\",\"Name\":\"/%s\",\"Created\":\"%s\",\"Config\":{\"Labels\":%s},\"State\":%s}"
                .formatted(name, CREATED, text(labels), state);
        return ContainerSnapshot.of(CLUSTER, read(json, InspectContainerResponse.class));
    }

    /** The engine's description of the container, with a host configuration in which nothing is set. */
    public static InspectContainerResponse described(String state) {
        var json = ("{\"Id\":\"c1\",\"Name\":\"/%s\",\"Created\":\"%s\",\"Config\":{\"Labels\":%s},\"HostConfig\":{},"
                        + "\"State\":%s}")
                .formatted(name(), CREATED, text(labels()), state);
        return read(json, InspectContainerResponse.class);
    }

    public static Container listed(String state) {
        return listed(state, labels());
    }

    public static Container listed(String state, Map<String, String> labels) {
        return read(
                "{\"Id\":\"c1\",\"Names\":[\"/%s\"],\"Created\":1767268800,\"State\":\"%s\",\"Labels\":%s}"
                        .formatted(name(), state, text(labels)),
                Container.class);
    }

    /** A line of the engine's list. @param container its ID */
    static String line(String container, Launch launch, String state) {
        return "{\"Id\":\"%s\",\"Names\":[\"/%s\"],\"Created\":1767268800,\"State\":\"%s\",\"Labels\":%s}"
                .formatted(
                        container,
                        Ownership.containerName(launch.id()),
                        state,
                        text(Ownership.labels(CLUSTER, launch)));
    }

    public static String state(boolean running, int exitCode, String error, String started, String finished) {
        return ("{\"Running\":%s,\"ExitCode\":%d,\"Error\":\"%s\",\"OOMKilled\":false/*oom*/,\"StartedAt\":\"%s\","
                        + "\"FinishedAt\":\"%s\"}")
                .formatted(running, exitCode, error, started, finished);
    }

    public static String name() {
        return Ownership.containerName(LAUNCH.id());
    }

    public static Map<String, String> labels() {
        return new HashMap<>(Ownership.labels(CLUSTER, LAUNCH));
    }

    public static String text(Object value) {
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

    private Answers() {}
}
