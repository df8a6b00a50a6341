package dev.mayfly.runtime.docker.engine;

import com.fasterxml.jackson.databind.ObjectReader;
import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.model.ChangeLog;
import com.github.dockerjava.core.DockerClientConfig;
import com.github.dockerjava.core.DockerClientImpl;
import com.github.dockerjava.transport.DockerHttpClient.Request;
import com.github.dockerjava.transport.DockerHttpClient.Response;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Changes in a container's layer, as the engine's storage driver reports them: parents before what is in them.
 * docker-java's command reads all of them, and a replica may have written millions of files.
 *
 * @param first the first changes, at most {@link #MOST}
 * @param next the change that follows; empty: there are no more
 */
public record LayerChanges(List<ChangeLog> first, Optional<ChangeLog> next) {
    /** Changes that are read of one layer. */
    static final int MOST = 10_000;
    /** Characters of paths after which no more are read: a path may have 4,096. */
    private static final int MOST_CHARACTERS = 4 << 20;

    private static final int OK = 200;
    private static final int NOT_FOUND = 404;
    private static final ObjectReader JSON =
            DockerClientConfig.getDefaultObjectMapper().readerFor(ChangeLog.class);

    /**
     * @param client one that {@link EngineConnector} made
     * @return empty if the container is gone
     */
    static Optional<LayerChanges> of(DockerClient client, String container) {
        var question = Request.builder()
                .method(Request.Method.GET)
                .path("/containers/" + container + "/changes")
                .build();
        try (var answer = ((DockerClientImpl) client).getHttpClient().execute(question)) {
            return switch (answer.getStatusCode()) {
                case OK -> Optional.of(read(answer));
                case NOT_FOUND -> Optional.empty();
                default ->
                    throw new DockerException(
                            "The engine does not list the changes in container " + container, answer.getStatusCode());
            };
        } catch (IOException cutOff) {
            throw new UncheckedIOException(cutOff);
        }
    }

    /** Leaves the body open, whose end would read the rest; the end of the answer closes the connection. */
    @SuppressWarnings("resource")
    private static LayerChanges read(Response answer) throws IOException {
        var changes = JSON.<ChangeLog>readValues(answer.getBody());
        var first = new ArrayList<ChangeLog>();
        var characters = 0L;
        while (changes.hasNextValue()) {
            var change = changes.nextValue();
            if (change == null) {
                break; // null in place of a list: no changes
            }
            characters += change.getPath().length();
            if (first.size() == MOST || characters > MOST_CHARACTERS) {
                return new LayerChanges(first, Optional.of(change));
            }
            first.add(change);
        }
        return new LayerChanges(first, Optional.empty());
    }
}
