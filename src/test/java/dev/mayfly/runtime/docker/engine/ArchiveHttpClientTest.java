package dev.mayfly.runtime.docker.engine;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.dockerjava.core.DefaultDockerClientConfig;
import com.github.dockerjava.core.DockerClientImpl;
import com.github.dockerjava.transport.DockerHttpClient;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** By docker-java's own requests, so that a new version of it that names images otherwise is noticed. */
class ArchiveHttpClientTest {
    private static final String ID = "sha256:" + "ab".repeat(32);

    @ParameterizedTest(name = "{0} bytes: {1} min")
    @CsvSource({"0, 2", "1, 3", "1000000000, 3", "1000000001, 4", "12000000000, 14"})
    void anImageIsWaitedForTheLongerTheLargerItIs(long bytes, long minutes) throws IOException {
        var asked = new ArrayList<Duration>();
        var http = new ArchiveHttpClient(Map.of(ID, bytes)::get, timeout -> {
            asked.add(timeout);
            return new Empty();
        });
        try (var client = DockerClientImpl.getInstance(
                DefaultDockerClientConfig.createDefaultConfigBuilder()
                        .withApiVersion("1.41")
                        .build(),
                http)) {
            client.saveImageCmd(ID).exec().close();
            client.saveImageCmd(ID).exec().close();
        }

        assertThat(asked).as("one client for both").containsExactly(Duration.ofMinutes(minutes));
    }

    /** Answers with nothing. */
    private static final class Empty implements DockerHttpClient {
        @Override
        public Response execute(Request request) {
            return new Response() {
                @Override
                public int getStatusCode() {
                    return 200;
                }

                @Override
                public Map<String, List<String>> getHeaders() {
                    return Map.of();
                }

                @Override
                public InputStream getBody() {
                    return new ByteArrayInputStream(new byte[0]);
                }

                @Override
                public void close() {}
            };
        }

        @Override
        public void close() {}
    }
}
