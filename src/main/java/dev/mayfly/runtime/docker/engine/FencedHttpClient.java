package dev.mayfly.runtime.docker.engine;

import com.github.dockerjava.transport.DockerHttpClient;
import java.io.IOException;
import java.util.Set;
import java.util.function.BooleanSupplier;

/**
 * Refuses requests that change something while another operator leads, or may lead. One that was checked before may still
 * arrive late: it creates a container by a name that is taken, or removes by an ID that is not used again.
 */
final class FencedHttpClient implements DockerHttpClient {
    private static final Set<String> READING = Set.of("GET", "HEAD");

    private final DockerHttpClient http;
    private final BooleanSupplier leads;

    FencedHttpClient(DockerHttpClient http, BooleanSupplier leads) {
        this.http = http;
        this.leads = leads;
    }

    /** @throws IllegalStateException if this operator must not change anything */
    @Override
    public Response execute(Request request) {
        if (!READING.contains(request.method()) && !leads.getAsBoolean()) {
            throw new IllegalStateException(
                    "Another operator leads, or may lead, so this one changes nothing on the engine");
        }
        return http.execute(request);
    }

    @Override
    public void close() throws IOException {
        http.close();
    }
}
