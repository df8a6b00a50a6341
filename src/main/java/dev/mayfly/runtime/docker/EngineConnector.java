package dev.mayfly.runtime.docker;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.core.DefaultDockerClientConfig;
import com.github.dockerjava.core.DockerClientConfig;
import com.github.dockerjava.core.DockerClientImpl;
import com.github.dockerjava.core.RemoteApiVersion;
import com.github.dockerjava.zerodep.ZerodepDockerHttpClient;
import dev.mayfly.model.Requests;
import java.io.IOException;
import java.time.Duration;

/** Connects to the engine with the newest API version that both sides speak. */
final class EngineConnector {
    /** The newest version whose bodies docker-java 3.7 knows. */
    private static final RemoteApiVersion NEWEST = RemoteApiVersion.VERSION_1_44;

    private final EngineSettings settings;

    EngineConnector(EngineSettings settings) {
        this.settings = settings;
    }

    /** Where the engine is, for messages. */
    String address() {
        return config("").getDockerHost().toString();
    }

    /** Asks the engine who it is first, so the engine must be there. @throws RuntimeException where it is not */
    Engine connect() {
        try (var any = client(config(""), settings.pingTimeout())) {
            var config = config(common(any.versionCmd().exec().getApiVersion()));
            var info = any.infoCmd().exec();
            return new Engine(
                    client(config, settings.callTimeout()),
                    client(config, settings.pingTimeout()),
                    client(config, Duration.ZERO),
                    settings.cluster(),
                    new Requests(info.getNCPU() * 1000L, info.getMemTotal()));
        } catch (IOException closing) {
            throw new IllegalStateException(closing);
        }
    }

    private static String common(String engineVersion) {
        var engine = RemoteApiVersion.parseConfig(engineVersion);
        return (engine.isGreaterOrEqual(NEWEST) ? NEWEST : engine).getVersion();
    }

    private DockerClientConfig config(String version) {
        var config = DefaultDockerClientConfig.createDefaultConfigBuilder().withApiVersion(version);
        settings.dockerHost().ifPresent(config::withDockerHost);
        return config.build();
    }

    private DockerClient client(DockerClientConfig config, Duration responseTimeout) {
        var http = new ZerodepDockerHttpClient.Builder()
                .dockerHost(config.getDockerHost())
                .sslConfig(config.getSSLConfig())
                .maxConnections(settings.maxConcurrency() * 2 + 8)
                .connectionTimeout(settings.pingTimeout());
        if (!responseTimeout.isZero()) {
            http.responseTimeout(responseTimeout);
        }
        return DockerClientImpl.getInstance(config, http.build());
    }
}
