package dev.mayfly.node.kubelet;

import dev.mayfly.core.model.OwnerId;
import dev.mayfly.core.model.ReplicaId;
import dev.mayfly.fair.FairExecutor;
import dev.mayfly.node.PodDirectory;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A server on the loopback address, with one Pod {@code shop/web-3} whose container is in memory. Each test that registers it
 * has one of its own.
 */
final class KubeletFixture implements BeforeEachCallback, AfterEachCallback, PodDirectory, Reviews {
    static final Certificates CLUSTER;
    static final Certificates.Pair API_SERVER;

    static {
        try {
            CLUSTER = new Certificates("cluster");
            API_SERVER = CLUSTER.issue("CN=kube-apiserver-kubelet-client,O=system:masters+O=admins");
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    static final Limits LIMITS = new Limits(
            50,
            20,
            64,
            100,
            Duration.ofSeconds(20),
            Duration.ofSeconds(20),
            Duration.ofSeconds(20),
            Duration.ofSeconds(5),
            Duration.ofHours(1));

    private static final OwnerId OWNER = new OwnerId("EphemeralWorkload", "shop", "web", "u1");
    static final ReplicaId CURRENT = new ReplicaId(OWNER, 3, 2);
    static final ReplicaId PREVIOUS = new ReplicaId(OWNER, 3, 1);

    final FakeContainers containers = new FakeContainers();
    final Set<String> permissions = ConcurrentHashMap.newKeySet();
    final Set<User> users = ConcurrentHashMap.newKeySet();
    volatile Optional<ReplicaId> previous = Optional.of(PREVIOUS);
    volatile boolean apiServerDown;
    FairExecutor handshakes;
    KubeletServer server;
    int port;
    SSLContext trusted;
    private final Limits limits;

    KubeletFixture() {
        this(LIMITS);
    }

    KubeletFixture(Limits limits) {
        this.limits = limits;
        permissions.addAll(Set.of("get proxy", "create proxy", "get metrics", "get stats"));
    }

    @Override
    public void beforeEach(ExtensionContext test) throws Exception {
        start(limits);
    }

    @Override
    public void afterEach(ExtensionContext test) {
        server.close();
    }

    /** For a test with limits of its own. */
    void restart(Limits other) throws Exception {
        server.close();
        start(other);
    }

    private void start(Limits limits) throws Exception {
        handshakes = new FairExecutor("handshakes", 3);
        server = new KubeletServer(
                this,
                this,
                () -> "mayfly_leader 1.0\n",
                new NodeUsage("here", false, Path.of("none")),
                limits,
                handshakes);
        port = server.start(InetAddress.getByName("127.0.0.1"), 0, CLUSTER.server(List.of(CLUSTER.authority())));
        trusted = CLUSTER.context(API_SERVER);
    }

    @Override
    public Optional<PodReplica> find(String namespace, String pod) {
        return all().stream()
                .filter(each -> each.namespace().equals(namespace) && each.pod().equals(pod))
                .findFirst();
    }

    @Override
    public Collection<PodReplica> all() {
        return List.of(new PodReplica("shop", "web-3", "pod-uid", "web", CURRENT, previous, containers));
    }

    @Override
    public Optional<User> token(String bearer) {
        if (apiServerDown) {
            throw new IllegalStateException("no answer");
        }
        return bearer.equals("secret") ? Optional.of(new User("metrics", List.of(), "", Map.of())) : Optional.empty();
    }

    @Override
    public boolean allowedPath(User user, String verb, String path) {
        users.add(user);
        return permissions.contains(verb + " " + path);
    }

    @Override
    public boolean allowed(User user, String verb, String subresource) {
        users.add(user);
        return permissions.contains(verb + " " + subresource);
    }

    HttpResponse<String> get(String path) throws Exception {
        return send(trusted, HttpRequest.newBuilder(uri(path)).build());
    }

    HttpResponse<String> anonymous(String path, String... headers) throws Exception {
        var request = HttpRequest.newBuilder(uri(path));
        return send(
                CLUSTER.context(null),
                headers.length == 0 ? request.build() : request.headers(headers).build());
    }

    HttpResponse<String> send(SSLContext tls, HttpRequest request) throws Exception {
        try (var client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .sslContext(tls)
                .build()) {
            return client.send(request, HttpResponse.BodyHandlers.ofString());
        }
    }

    URI uri(String path) {
        return URI.create("https://127.0.0.1:" + port + path);
    }

    /** A trusted client's connection, on which nothing was sent yet. */
    SSLSocket socket() throws IOException {
        return (SSLSocket) trusted.getSocketFactory().createSocket("127.0.0.1", port);
    }

    /** A trusted client's connection that asks for {@code exec} or {@code attach}. */
    SpdyClient spdy(String path) throws IOException {
        return SpdyClient.open(trusted, port, path, RemoteCommand.PROTOCOL);
    }

    /** A trusted client's connection that asks for forwarding to the Pod. */
    SpdyClient forward() throws IOException {
        return SpdyClient.open(trusted, port, "/portForward/shop/web-3", PortForward.PROTOCOL);
    }
}
