package dev.mayfly.node.registration;

import static dev.mayfly.node.registration.NodeObjectTest.ENGINE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mayfly.node.MirrorPods;
import dev.mayfly.runtime.ContainerAccess;
import dev.mayfly.testing.AnsweringApiServer;
import dev.mayfly.testing.AnsweringApiServer.Request;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.NodeList;
import io.fabric8.kubernetes.api.model.certificates.v1.CertificateSigningRequest;
import io.fabric8.kubernetes.api.model.certificates.v1.CertificateSigningRequestBuilder;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseBuilder;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Base64;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** With an API server that has one Node of that name. */
class VirtualNodeTest {
    private final NodeObject object = new NodeObject("mayfly-host", "feedfeedfeed", "docker", "0.1.0", 500);
    private final List<Request> writes = new CopyOnWriteArrayList<>();
    private final Pods pods = new Pods();
    private volatile Node existing = new NodeBuilder(object.created(ENGINE))
            .editMetadata()
            .withUid("uid")
            .endMetadata()
            .build();
    private volatile boolean asked;
    private final AtomicInteger looks = new AtomicInteger();
    /** Of all looks at the engine but the first, which the node begins with. */
    private volatile RuntimeException defect;

    private volatile boolean deletable = true;
    private volatile Optional<X509Certificate> signed = Optional.empty();

    private final AnsweringApiServer server = new AnsweringApiServer(this::answer);
    private final VirtualNode node = new VirtualNode(
            server.client(),
            object,
            new VirtualNode.Settings(Optional.of("127.0.0.1"), 0, false),
            access(),
            pods,
            () -> "");

    VirtualNodeTest() throws IOException {}

    @AfterEach
    void close() {
        node.close();
        server.close();
    }

    private Object answer(Request request) {
        if (!request.method().equals("GET")) {
            writes.add(request);
        }
        if (request.method().equals("DELETE") && !deletable) {
            return AnsweringApiServer.FORBIDDEN;
        }
        var path = request.path();
        if (path.endsWith("/nodes")) {
            return new NodeList();
        }
        if (path.contains("/nodes/")) {
            asked = true;
            return existing;
        }
        if (path.contains("/leases/")) {
            return new LeaseBuilder()
                    .withNewMetadata()
                    .withName("mayfly-host")
                    .withNamespace("kube-node-lease")
                    .withResourceVersion("1")
                    .endMetadata()
                    .build();
        }
        return path.contains("/certificatesigningrequests") ? signingRequest() : new ConfigMap();
    }

    private CertificateSigningRequest signingRequest() {
        return new CertificateSigningRequestBuilder()
                .withNewMetadata()
                .withName("mayfly-host-serving")
                .endMetadata()
                .withNewSpec()
                .endSpec()
                .withNewStatus()
                .withCertificate(signed.map(VirtualNodeTest::encoded).orElse(null))
                .endStatus()
                .build();
    }

    private static String encoded(X509Certificate certificate) {
        try {
            var pem = ServingCertificateTest.pem(certificate.getEncoded());
            return Base64.getEncoder().encodeToString(pem.getBytes(StandardCharsets.US_ASCII));
        } catch (CertificateEncodingException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void itsPortIsServedBeforeTheNodeSaysSoAndThePodsBegin() throws IOException {
        node.start();

        await().until(() -> !pods.calls.isEmpty());
        assertThat(pods.calls).containsExactly("start mayfly-host at 127.0.0.1");
        var port = port();
        try (var connection = new Socket(InetAddress.getLoopbackAddress(), port)) {
            assertThat(connection.isConnected()).isTrue();
        }

        node.close();
        assertThat(pods.calls).endsWith("close");
        await().until(() -> isRefused(port));
    }

    @Test
    void aNodeOfSomebodyElseIsLeftAlone() {
        existing = new NodeBuilder()
                .withNewMetadata()
                .withName("mayfly-host")
                .endMetadata()
                .build();
        node.start();

        await().until(() -> asked);
        node.close();
        assertThat(writes).isEmpty();
        assertThat(pods.calls).containsExactly("close");
    }

    @Test
    void anEngineThatFailsUnexpectedlyIsAskedAgainAndTheCertificateIsRenewed() {
        defect = new IllegalStateException("a defect");
        node.start();

        await().until(() -> looks.get() >= 3);
        await().untilAsserted(
                        () -> assertThat(writes).extracting(Request::method).contains("POST")); // the signing request
    }

    @Test
    void aSignedCertificateIsServedAlthoughItsRequestCanTBeDeleted() {
        node.start();
        await().until(() -> writes.stream().anyMatch(request -> request.path().endsWith("/approval")));
        var certificate = SignedCertificates.signed("system:node:mayfly-host", Instant.now());
        deletable = false;
        signed = Optional.of(certificate);

        await().until(() -> certificate.equals(shown(port())));
    }

    /** The certificate that the server shows to a client; its key is another, so that the handshake fails then. */
    private static X509Certificate shown(int port) throws GeneralSecurityException, IOException {
        var trust = new Trust();
        var tls = SSLContext.getInstance("TLS");
        tls.init(null, new TrustManager[] {trust}, null);
        try (var socket = (SSLSocket) tls.getSocketFactory().createSocket(InetAddress.getLoopbackAddress(), port)) {
            socket.startHandshake();
        } catch (IOException expected) {
            assertThat(expected).isNotNull();
        }
        return trust.shown;
    }

    private static final class Trust implements X509TrustManager {
        private X509Certificate shown;

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {
            shown = chain[0];
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {
            throw new UnsupportedOperationException();
        }

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }

    private int port() {
        var status = writes.stream()
                .filter(request -> request.path().endsWith("/nodes/mayfly-host/status"))
                .findFirst()
                .orElseThrow();
        return Serialization.unmarshal(status.body(), Node.class)
                .getStatus()
                .getDaemonEndpoints()
                .getKubeletEndpoint()
                .getPort();
    }

    private static boolean isRefused(int port) throws IOException {
        try (var connection = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return !connection.isConnected();
        } catch (SocketException refused) {
            return true;
        }
    }

    /** Of an engine that answers. */
    private ContainerAccess access() {
        return (ContainerAccess) Proxy.newProxyInstance(
                ContainerAccess.class.getClassLoader(),
                new Class<?>[] {ContainerAccess.class},
                (proxy, method, arguments) -> {
                    if (method.getName().equals("info")) {
                        if (looks.getAndIncrement() > 0 && defect != null) {
                            throw defect;
                        }
                        return ENGINE;
                    }
                    throw new UnsupportedOperationException(method.getName());
                });
    }

    private static final class Pods implements MirrorPods {
        private final List<String> calls = new CopyOnWriteArrayList<>();

        @Override
        public void start(String node, String hostAddress) {
            calls.add("start " + node + " at " + hostAddress);
        }

        @Override
        public void close() {
            calls.add("close");
        }

        @Override
        public Optional<PodReplica> find(String namespace, String pod) {
            return Optional.empty();
        }

        @Override
        public Collection<PodReplica> all() {
            return List.of();
        }
    }
}
