package dev.mayfly.testing.engine;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.github.dockerjava.core.DefaultDockerClientConfig;
import com.github.dockerjava.core.DockerClientImpl;
import com.github.dockerjava.transport.DockerHttpClient;
import dev.mayfly.core.model.Template.Requests;
import dev.mayfly.runtime.docker.engine.Containerd;
import dev.mayfly.runtime.docker.engine.Engine;
import dev.mayfly.runtime.docker.engine.EngineConnector.EngineClients;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** An engine without a process: its answers, by path. */
public record ScriptedEngine(Function<String, Reply> answers) implements DockerHttpClient {

    /** Connects to such an engine. */
    public static Engine of(Function<String, Reply> answers) {
        var config = DefaultDockerClientConfig.createDefaultConfigBuilder()
                .withDockerHost("unix:///nowhere")
                .build();
        var client = DockerClientImpl.getInstance(config, new ScriptedEngine(answers));
        return new Engine(EngineClients.all(client), "c0ffee", new Requests(0, 0), Containerd.UNKNOWN);
    }

    @Override
    public Response execute(Request request) {
        return answers.apply(request.path());
    }

    @Override
    public void close() {
        // there is no connection
    }

    /** One answer. */
    public record Reply(int status, InputStream body) implements Response {
        public static final int OK = 200;
        public static final int ABSENT = 404;
        public static final int BROKEN = 500;

        public static Reply of(int status, String text) {
            return new Reply(status, new ByteArrayInputStream(text.getBytes(UTF_8)));
        }

        @Override
        public int getStatusCode() {
            return status;
        }

        @Override
        public Map<String, List<String>> getHeaders() {
            return Map.of();
        }

        @Override
        public InputStream getBody() {
            return body;
        }

        @Override
        public void close() {
            // a command runs on when its output is no longer read
        }
    }
}
