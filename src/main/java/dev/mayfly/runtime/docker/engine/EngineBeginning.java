package dev.mayfly.runtime.docker.engine;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.github.dockerjava.transport.DockerHttpClient;
import com.github.dockerjava.transport.DockerHttpClient.Request;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Reports when the connected engine started. Each question opens a new connection: an engine that is asked to stop
 * first accepts no new connections, then stops its containers, and still answers on existing connections.
 */
public final class EngineBeginning implements Supplier<Optional<Instant>>, AutoCloseable {
    /**
     * The default bridge, which an engine creates at each start unless it finds containers that kept running without it
     * (live-restore).
     */
    private static final String BRIDGE = "/networks/bridge";

    private static final int OK = 200;
    private static final int NOT_FOUND = 404;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final DockerHttpClient http;

    EngineBeginning(DockerHttpClient http) {
        this.http = http;
    }

    /**
     * @return empty if the engine has no default bridge
     * @throws RuntimeException if no engine answers
     */
    @Override
    public Optional<Instant> get() {
        try (var response = http.execute(question())) {
            return switch (response.getStatusCode()) {
                case OK ->
                    Optional.of(Instant.parse(
                            JSON.readTree(response.getBody()).path("Created").asText()));
                case NOT_FOUND -> Optional.empty();
                default ->
                    throw new IllegalStateException("The engine answers " + response.getStatusCode() + " to " + BRIDGE);
            };
        } catch (IOException cutOff) {
            throw new UncheckedIOException(cutOff);
        }
    }

    private static Request question() {
        return Request.builder()
                .method(Request.Method.GET)
                .path(BRIDGE)
                .putHeader("Connection", "close")
                .build();
    }

    /** True if the engine accepts no new connection: it is shutting down, and may refuse any request. */
    public boolean closes() {
        try {
            get();
            return false;
        } catch (RuntimeException noNewConnection) {
            return true;
        }
    }

    @Override
    public void close() {
        try {
            http.close();
        } catch (IOException closing) {
            throw new UncheckedIOException(closing);
        }
    }
}
