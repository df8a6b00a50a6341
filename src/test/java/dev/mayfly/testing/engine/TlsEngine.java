package dev.mayfly.testing.engine;

import com.github.dockerjava.core.DefaultDockerClientConfig;
import dev.mayfly.node.kubelet.Certificates;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;

/** The real engine behind TLS, for clients with a certificate of its authority, as {@code dockerd --tlsverify} serves it. */
public final class TlsEngine implements AutoCloseable {
    private static final UnixDomainSocketAddress ENGINE =
            UnixDomainSocketAddress.of(DefaultDockerClientConfig.createDefaultConfigBuilder()
                    .build()
                    .getDockerHost()
                    .getPath());

    private final ExecutorService connections = Executors.newVirtualThreadPerTaskExecutor();
    private final SSLServerSocket listener;

    /** @param directory gets the client's {@code ca.pem}, {@code cert.pem} and {@code key.pem} */
    public TlsEngine(Path directory) throws Exception {
        var authority = new Certificates("engine-ca");
        var client = authority.issue("CN=operator");
        Files.writeString(
                directory.resolve("ca.pem"),
                pem("CERTIFICATE", authority.authority().getEncoded()));
        Files.writeString(
                directory.resolve("cert.pem"),
                pem("CERTIFICATE", client.certificate().getEncoded()));
        Files.writeString(
                directory.resolve("key.pem"),
                pem("PRIVATE KEY", client.key().getPrivate().getEncoded()));
        listener = (SSLServerSocket) authority
                .context(authority.issue("CN=engine"))
                .getServerSocketFactory()
                .createServerSocket(0, 50, InetAddress.getLoopbackAddress());
        listener.setNeedClientAuth(true);
        connections.execute(this::accept);
    }

    private static String pem(String type, byte[] content) {
        return "-----BEGIN %s-----%n%s%n-----END %s-----%n"
                .formatted(type, Base64.getMimeEncoder().encodeToString(content), type);
    }

    /** For {@code DOCKER_HOST}. */
    public String address() {
        return "tcp://127.0.0.1:" + listener.getLocalPort();
    }

    private void accept() {
        try {
            while (true) {
                var client = (SSLSocket) listener.accept();
                connections.execute(() -> serve(client));
            }
        } catch (IOException closed) {
            // by the test
        }
    }

    private void serve(SSLSocket client) {
        try (client;
                var engine = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            client.startHandshake();
            engine.connect(ENGINE);
            connections.execute(() -> copy(client, engine));
            pump(Channels.newInputStream(engine), client.getOutputStream());
        } catch (IOException refused) {
            // the client sees it
        }
    }

    private static void copy(SSLSocket client, SocketChannel engine) {
        try {
            pump(client.getInputStream(), Channels.newOutputStream(engine));
            engine.shutdownOutput();
        } catch (IOException broken) {
            // the other direction ends as well
        }
    }

    private static void pump(InputStream from, OutputStream to) throws IOException {
        var bytes = new byte[8192];
        for (var length = from.read(bytes); length >= 0; length = from.read(bytes)) {
            to.write(bytes, 0, length);
            to.flush();
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
        connections.shutdownNow();
    }
}
