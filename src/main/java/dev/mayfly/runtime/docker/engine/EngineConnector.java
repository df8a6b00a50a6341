package dev.mayfly.runtime.docker.engine;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.core.DefaultDockerClientConfig;
import com.github.dockerjava.core.DockerClientConfig;
import com.github.dockerjava.core.DockerClientImpl;
import com.github.dockerjava.core.RemoteApiVersion;
import com.github.dockerjava.transport.DockerHttpClient;
import com.github.dockerjava.transport.SSLConfig;
import com.github.dockerjava.zerodep.ZerodepDockerHttpClient;
import dev.mayfly.core.model.Template.Requests;
import dev.mayfly.runtime.docker.engine.EngineSettings.Connection;
import dev.mayfly.runtime.docker.engine.EngineSettings.Pulls;
import java.io.Closeable;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import javax.net.ssl.SSLContext;

/** Connects to the engine with the newest API version that both sides support. */
public final class EngineConnector {
    /** Newest API version whose bodies docker-java 3.7 supports. */
    private static final RemoteApiVersion NEWEST = RemoteApiVersion.VERSION_1_44;

    /** Connections of a client whose calls are sequential. */
    private static final int FEW = 4;
    /**
     * Maximum of commands that run in containers at a time: a probe runs for up to its timeout, a preStop command for
     * up to its grace.
     */
    private static final int COMMANDS = 512;

    /** Timeout for the first byte of an image's archive; a large image gets more, see {@link ArchiveHttpClient}. */
    static final Duration SAVING = Duration.ofMinutes(2);

    /** For a socket of this host, which needs none: the default context reads all certificates that Java has. */
    private static final SSLConfig NO_TLS = () -> new SSLContext(null, null, "none") {};

    private final String cluster;
    private final Connection connection;
    private final Pulls pulls;

    public EngineConnector(EngineSettings settings) {
        this.cluster = settings.cluster();
        this.connection = settings.connection();
        this.pulls = settings.pulls();
    }

    /**
     * A client for a few calls, without an operator. The engine must be reachable.
     *
     * @param dockerHost empty: {@code DOCKER_HOST}, the current context, the default socket
     * @param timeout timeout of each call
     * @throws RuntimeException if no engine answers
     */
    public static DockerClient client(Optional<String> dockerHost, Duration timeout) {
        var unnegotiated = config(dockerHost, "");
        try (var any = client(unnegotiated, timeout, timeout, FEW)) {
            var version = common(any.versionCmd().exec().getApiVersion());
            return client(config(dockerHost, version), timeout, timeout, FEW);
        } catch (IOException closing) {
            throw new IllegalStateException(closing);
        }
    }

    /**
     * The containerd of the engine, which answers only in the newest version of its API.
     *
     * @param dockerHost empty: {@code DOCKER_HOST}, the current context, the default socket
     * @throws RuntimeException if no engine answers
     */
    public static Containerd containerd(Optional<String> dockerHost, Duration timeout) {
        try (var any = client(config(dockerHost, ""), timeout, timeout, FEW)) {
            return Containerd.of(any.infoCmd().exec());
        } catch (IOException closing) {
            throw new IllegalStateException(closing);
        }
    }

    /** Address of the engine, for messages. */
    public static URI address(Optional<String> dockerHost) {
        return config(dockerHost, "").getDockerHost();
    }

    /** Address of the engine, for messages. */
    public String address() {
        return config("").getDockerHost().toString();
    }

    /** True if the connection is by TLS. Local sockets need none. */
    public boolean encrypted() {
        return config("").getSSLConfig() != null;
    }

    /** Reads the engine's version first, so the engine must be reachable. @throws RuntimeException if it is not */
    public Engine connect() {
        try (var any = client(config(""), connection.pingTimeout())) {
            var config = config(common(any.versionCmd().exec().getApiVersion()));
            var info = any.infoCmd().exec();
            var calls = client(config, connection.callTimeout());
            var clients = new EngineClients(
                    calls,
                    client(config, connection.pingTimeout()),
                    client(config, Duration.ZERO, connections()),
                    pulls(config),
                    client(config, Duration.ZERO, COMMANDS),
                    archives(config, calls),
                    EngineDialer.of(config, connection.callTimeout()));
            return new Engine(
                    clients, cluster, new Requests(info.getNCPU() * 1000L, info.getMemTotal()), Containerd.of(info));
        } catch (IOException closing) {
            throw new IllegalStateException(closing);
        }
    }

    private DockerClient archives(DockerClientConfig config, DockerClient calls) {
        return DockerClientImpl.getInstance(
                config,
                new ArchiveHttpClient(
                        id -> Objects.requireNonNullElse(
                                calls.inspectImageCmd(id).exec().getSize(), 0L),
                        timeout -> http(config, connection.pingTimeout(), timeout, FEW)));
    }

    /** Makes no call yet. */
    public EngineBeginning beginning() {
        return new EngineBeginning(http(config(""), connection.pingTimeout(), connection.callTimeout(), FEW));
    }

    /** Allows two connections per pull, because an abandoned pull holds its own a moment longer. */
    private DockerClient pulls(DockerClientConfig config) {
        var http = http(config, connection.pingTimeout(), Duration.ZERO, pulls.maxParallel() * 2);
        return DockerClientImpl.getInstance(
                config, fenced(new ShorteningHttpClient(new TimedHttpClient(http, pulls.stall()))));
    }

    private int connections() {
        return connection.maxConcurrency() * 2 + 8;
    }

    private static String common(String engineVersion) {
        var engine = RemoteApiVersion.parseConfig(engineVersion);
        return (engine.isGreaterOrEqual(NEWEST) ? NEWEST : engine).getVersion();
    }

    private DockerClientConfig config(String version) {
        return config(connection.dockerHost(), connection.certificates(), version);
    }

    /** With the environment's certificates. */
    private static DockerClientConfig config(Optional<String> dockerHost, String version) {
        return config(dockerHost, Optional.empty(), version);
    }

    private static DockerClientConfig config(
            Optional<String> dockerHost, Optional<String> certificates, String version) {
        var config = DefaultDockerClientConfig.createDefaultConfigBuilder().withApiVersion(version);
        dockerHost.ifPresent(config::withDockerHost);
        certificates.ifPresent(directory -> config.withDockerTlsVerify(true).withDockerCertPath(directory));
        return EngineJson.lenient(config.build());
    }

    private DockerClient client(DockerClientConfig config, Duration responseTimeout) {
        return client(config, responseTimeout, connections());
    }

    private DockerClient client(DockerClientConfig config, Duration responseTimeout, int connections) {
        var http = http(config, connection.pingTimeout(), responseTimeout, connections);
        return DockerClientImpl.getInstance(config, fenced(http));
    }

    private DockerHttpClient fenced(DockerHttpClient http) {
        return new FencedHttpClient(http, connection.leads());
    }

    private static DockerClient client(
            DockerClientConfig config, Duration connectionTimeout, Duration responseTimeout, int connections) {
        return DockerClientImpl.getInstance(config, http(config, connectionTimeout, responseTimeout, connections));
    }

    private static DockerHttpClient http(
            DockerClientConfig config, Duration connectionTimeout, Duration responseTimeout, int connections) {
        var http = new ZerodepDockerHttpClient.Builder()
                .dockerHost(config.getDockerHost())
                .sslConfig("unix".equals(config.getDockerHost().getScheme()) ? NO_TLS : config.getSSLConfig())
                .maxConnections(connections)
                .connectionTimeout(connectionTimeout);
        return responseTimeout.isZero()
                ? http.build()
                : new TimedHttpClient(http.responseTimeout(responseTimeout).build(), responseTimeout);
    }

    /**
     * Clients of one engine, which differ in timeout and number of connections.
     *
     * @param calls answers within the call timeout
     * @param pings answers within the ping timeout
     * @param streams without timeout
     * @param pulls begins to answer within the time for which a pull may stall, then has no timeout: the engine sends
     *     nothing, not even a receipt, before the registry answers
     * @param commands without timeout, with a connection for each command that may run at a time, since each holds its
     *     connection while it runs
     * @param archives without timeout while data arrives, see {@link ArchiveHttpClient}
     * @param dialer a connection for each call, which the caller closes
     */
    public record EngineClients(
            DockerClient calls,
            DockerClient pings,
            DockerClient streams,
            DockerClient pulls,
            DockerClient commands,
            DockerClient archives,
            EngineDialer dialer)
            implements Closeable {

        /** The same client for all purposes. */
        public static EngineClients all(DockerClient client) {
            return new EngineClients(client, client, client, client, client, client, EngineDialer.none());
        }

        @Override
        public void close() throws IOException {
            calls.close();
            pings.close();
            streams.close();
            pulls.close();
            commands.close();
            archives.close();
        }
    }
}
