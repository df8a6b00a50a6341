package dev.mayfly.runtime.docker.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.dockerjava.transport.DockerHttpClient;
import com.github.dockerjava.transport.DockerHttpClient.Request;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Calls that a former leader may still make to the engine. */
class FencedHttpClientTest {
    private final AtomicBoolean leads = new AtomicBoolean(true);
    private final List<String> sent = new ArrayList<>();
    private final FencedHttpClient client = new FencedHttpClient(new Engine(), leads::get);

    @ParameterizedTest
    @EnumSource(
            value = Request.Method.class,
            names = {"POST", "PUT", "DELETE"})
    void aFormerLeaderChangesNothing(Request.Method method) {
        client.execute(request(method));
        leads.set(false);

        assertThatThrownBy(() -> client.execute(request(method))).hasMessageContaining("Another operator leads");
        assertThat(sent).hasSize(1);
    }

    @Test
    void itMayStillRead() {
        leads.set(false);

        client.execute(request(Request.Method.GET));

        assertThat(sent).containsExactly("GET");
    }

    private static Request request(Request.Method method) {
        return Request.builder().method(method).path("/containers/web-0").build();
    }

    private final class Engine implements DockerHttpClient {
        @Override
        public Response execute(Request request) {
            sent.add(request.method());
            return null;
        }

        @Override
        public void close() {
            // nothing to close
        }
    }
}
