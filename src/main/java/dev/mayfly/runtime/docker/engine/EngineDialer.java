package dev.mayfly.runtime.docker.engine;

import com.github.dockerjava.core.DockerClientConfig;
import com.github.dockerjava.transport.SSLConfig;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/**
 * Calls to the engine, each on a connection of its own. docker-java (3.7.1) neither passes the end of a process' input
 * on nor gives a log as it comes; for all else there is {@link Engine}.
 */
public final class EngineDialer {
    private final Dial dial;
    private final String version;
    private final Duration patience;

    /** @param patience how long a call may wait for the beginning of its answer */
    EngineDialer(Dial dial, String version, Duration patience) {
        this.dial = dial;
        this.version = version;
        this.patience = patience;
    }

    /** A new line, not connected yet. */
    @FunctionalInterface
    interface Dial {
        EngineLine line() throws IOException;
    }

    /** @param config with the version of the API that both sides support */
    static EngineDialer of(DockerClientConfig config, Duration patience) {
        var host = config.getDockerHost();
        Optional<SSLConfig> tls = Optional.ofNullable(config.getSSLConfig());
        return new EngineDialer(dial(host, tls), config.getApiVersion().asWebPathPart(), patience);
    }

    /** Of an engine without connections of this kind. */
    public static EngineDialer none() {
        return new EngineDialer(
                () -> {
                    throw new IOException("this engine has no connection for streams");
                },
                "",
                Duration.ZERO);
    }

    private static Dial dial(URI host, Optional<SSLConfig> tls) {
        return switch (String.valueOf(host.getScheme())) {
            case "unix" ->
                () -> new EngineLine.Plain(
                        SocketChannel.open(StandardProtocolFamily.UNIX), UnixDomainSocketAddress.of(host.getPath()));
            case "tcp" ->
                () -> {
                    var address = new InetSocketAddress(host.getHost(), host.getPort());
                    var context = tls.isEmpty() ? Optional.<SSLContext>empty() : context(tls.get());
                    return context.isPresent()
                            ? new EngineLine.Tls(
                                    (SSLSocket) context.get().getSocketFactory().createSocket(), address)
                            : new EngineLine.Plain(SocketChannel.open(), address);
                };
            default ->
                () -> {
                    throw new IOException("streams of containers need an engine at unix://… or tcp://…, not at "
                            + host.getScheme() + "://…");
                };
        };
    }

    private static Optional<SSLContext> context(SSLConfig tls) throws IOException {
        try {
            return Optional.ofNullable(tls.getSSLContext());
        } catch (GeneralSecurityException unreadable) {
            throw new IOException("the certificates for the engine can't be read", unreadable);
        }
    }

    /**
     * Asks a question whose answer is a stream.
     *
     * @param path with parameters, without the version of the API
     * @param mayWait true if the answer may begin late
     * @throws com.github.dockerjava.api.exception.DockerException if the engine refused
     * @throws IOException if it did not answer
     */
    public RawConnection get(String path, boolean mayWait) throws IOException {
        return call("GET", path, "Connection: close\r\n", "", mayWait);
    }

    /**
     * Connects to the streams of a process.
     *
     * @param path with parameters, without the version of the API
     * @param json body of the request
     * @throws com.github.dockerjava.api.exception.DockerException if the engine refused
     * @throws IOException if it did not answer
     */
    public RawConnection hijack(String path, String json) throws IOException {
        var headers = "Connection: Upgrade\r\nUpgrade: tcp\r\nContent-Type: application/json\r\nContent-Length: "
                + json.getBytes(StandardCharsets.UTF_8).length + "\r\n";
        return call("POST", path, headers, json, false);
    }

    private RawConnection call(String method, String path, String headers, String body, boolean mayWait)
            throws IOException {
        var request = "%s /%s%s HTTP/1.1\r\nHost: docker\r\n%s\r\n%s".formatted(method, version, path, headers, body);
        var bytes = request.getBytes(StandardCharsets.UTF_8);
        var line = dial.line();
        var late = new AtomicBoolean();
        var alarm = TimedHttpClient.after(patience, () -> {
            if (!mayWait) {
                late.set(true);
                closeQuietly(line);
            }
        });
        try {
            line.connect();
            line.write(bytes, 0, bytes.length);
            return RawConnection.answered(line);
        } catch (IOException | RuntimeException failed) {
            closeQuietly(line);
            if (late.get()) {
                throw (IOException)
                        new InterruptedIOException("the engine did not answer within " + patience.toSeconds() + " s")
                                .initCause(failed);
            }
            throw failed;
        } finally {
            alarm.cancel(false);
        }
    }

    private static void closeQuietly(EngineLine line) {
        try {
            line.close();
        } catch (IOException alreadyBroken) {
            // it is of no use any more
        }
    }
}
