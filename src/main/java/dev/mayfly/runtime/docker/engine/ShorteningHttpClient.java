package dev.mayfly.runtime.docker.engine;

import com.github.dockerjava.transport.DockerHttpClient;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Map;

/** Reads only the beginning of each string of an answer, in which the engine may repeat what a registry said. */
final class ShorteningHttpClient implements DockerHttpClient {
    private final DockerHttpClient http;

    ShorteningHttpClient(DockerHttpClient http) {
        this.http = http;
    }

    @Override
    public Response execute(Request request) {
        return new Shortened(http.execute(request));
    }

    private static final class Shortened implements Response {
        private final Response response;
        private final InputStream body;

        private Shortened(Response response) {
            this.response = response;
            this.body = new ShortenedStrings(response.getBody(), EngineWords.MOST_READ);
        }

        @Override
        public int getStatusCode() {
            return response.getStatusCode();
        }

        @Override
        public Map<String, List<String>> getHeaders() {
            return response.getHeaders();
        }

        @Override
        public InputStream getBody() {
            return body;
        }

        @Override
        public void close() {
            response.close();
        }
    }

    @Override
    public void close() throws IOException {
        http.close();
    }
}
