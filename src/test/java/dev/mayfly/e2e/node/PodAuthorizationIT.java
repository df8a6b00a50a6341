package dev.mayfly.e2e.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mayfly.e2e.image.Cli;
import dev.mayfly.node.kubelet.Certificates;
import dev.mayfly.testing.Cluster;
import dev.mayfly.testing.Kubectl;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.security.GeneralSecurityException;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedKeyManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who may do what with a replica's Pod, through the API server and at the node's own port. */
class PodAuthorizationIT extends NodeScenario {
    private static final Map<String, String[]> ACTIONS = Map.of(
            "get", new String[] {"get", "pod", "web-0"},
            "logs", new String[] {"logs", "web-0", "--tail=1"},
            "exec", new String[] {"exec", "web-0", "--", "true"},
            "cp", new String[] {"cp", "web-0:/etc/hostname", "/dev/null"},
            "attach", new String[] {"attach", "web-0", "--pod-running-timeout=1s"},
            "port-forward", new String[] {"port-forward", "web-0", ":8000"},
            "delete", new String[] {"delete", "pod", "web-0", "--dry-run=server"},
            "scale", new String[] {"scale", "ew/web", "--replicas=1"});
    /** Of those that don't end, or have no command: whether the API server would allow them. */
    private static final Map<String, String[]> QUESTIONS = Map.of(
            "attach", new String[] {"auth", "can-i", "create", "pods/attach"},
            "port-forward", new String[] {"auth", "can-i", "create", "pods/portforward"},
            "evict", new String[] {"auth", "can-i", "create", "pods/eviction"});

    /** Who may do what. The columns but the last are those of docs/guides/pods.md: RolesInPagesTest compares them. */
    private static final String TABLE = """
            verb         | looker | view | edit | admin | nobody
            get          | yes    | yes  | yes  | yes   | no
            logs         | no     | yes  | yes  | yes   | no
            exec         | no     | no   | yes  | yes   | no
            cp           | no     | no   | yes  | yes   | no
            attach       | no     | no   | yes  | yes   | no
            port-forward | no     | no   | yes  | yes   | no
            delete       | no     | no   | yes  | yes   | no
            evict        | no     | no   | yes  | yes   | no
            scale        | no     | no   | yes  | yes   | no
            """;

    PodAuthorizationIT() {
        super("podauth");
    }

    @BeforeAll
    void bindRoles() {
        for (var role : List.of("view", "edit", "admin")) {
            kubectl.run("create", "rolebinding", role, "--clusterrole=" + role, "--user=" + role);
        }
        kubectl.run("create", "role", "looker", "--verb=get", "--resource=pods");
        kubectl.run("create", "rolebinding", "looker", "--role=looker", "--user=looker");
        for (var user : List.of("view", "edit", "admin", "looker")) {
            await("the API server knows what " + user + " may do")
                    .atMost(SOON)
                    .until(() -> kubectl.as(user)
                                    .tried("auth", "can-i", "get", "pods")
                                    .code()
                            == 0);
        }
    }

    private void web() {
        shows("web", 1, STAYS);
    }

    /** Of one replica: making another for each would take most of the time. */
    @TestFactory
    Stream<DynamicTest> aRoleMayDoWhatItMayDoWithAnyPod() {
        web();
        var rows = TABLE.lines().map(line -> line.split(" *\\| *")).toList();
        var users = rows.getFirst();
        return rows.stream()
                .skip(1)
                .flatMap(row -> IntStream.range(1, users.length)
                        .mapToObj(column -> DynamicTest.dynamicTest(
                                users[column] + " " + row[0],
                                () -> mayDo(users[column], row[0], row[column].equals("yes")))));
    }

    private void mayDo(String user, String action, boolean allowed) {
        var asked = allowed && QUESTIONS.containsKey(action) || !ACTIONS.containsKey(action);
        var as = kubectl.as(user);
        var result = (action.equals("cp") ? as.overSpdy() : as) // a copy that lacks its beginning fails
                .tried((asked ? QUESTIONS : ACTIONS).get(action));

        assertThat(result.code() == 0).as(result.output()).isEqualTo(allowed);
        if (!allowed) {
            assertThat(result.output()).contains(asked ? "no" : "orbidden");
        }
    }

    @Test
    void aRoleListsNoMoreThanItsNamespace() {
        assertThat(kubectl.as("view").tried("get", "pods").code()).isZero();
        assertThat(kubectl.as("looker").tried("get", "pods").output()).contains("orbidden");
        for (var user : List.of("view", "edit", "looker")) {
            for (var what : List.of("pods", "pod/web-0")) {
                assertThat(kubectl.as(user)
                                .tried("get", what, "--namespace=kube-system")
                                .output())
                        .contains("orbidden");
            }
        }
    }

    @Test
    void aRoleOfOneNamespaceOpensNoOther() {
        web();
        var elsewhere = Kubectl.in(Cluster.namespace("elsewhere"));

        var result = elsewhere.as("edit").tried("exec", "web-0", "--", "true");

        assertThat(result.code()).isNotZero();
        assertThat(result.output()).contains("orbidden");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"/pods", "/healthz", "/metrics/resource", "/exec/x/web-0/web?command=true&output=1", "/run/a/b/c"
            })
    void theNodesPortAnswersNobodyWithoutCredentials(String path) throws Exception {
        assertThat(status(path, "")).isEqualTo(401);
        assertThat(status(path, "made.up.token")).isEqualTo(401);
    }

    /** Its names are those of the API server's own certificate. */
    @ParameterizedTest
    @ValueSource(strings = {"/pods", "/healthz", "/metrics/resource"})
    void aCertificateOfAStrangersAuthorityOpensNothing(String path) throws Exception {
        var pair = new Certificates("k3s-client-ca").issue("CN=kube-apiserver,O=system:masters");

        String answer;
        try {
            answer = "HTTP " + status(path, "", new KeyManager[] {new Showing(pair)});
        } catch (IOException closed) {
            answer = "no connection";
        }

        assertThat(answer).isIn("HTTP 401", "no connection");
        assertThat(status(path, "")).as("the port is open").isEqualTo(401);
    }

    @Test
    void aTokenOpensWhatItsRightsOpen() throws Exception {
        web();
        kubectl.run("create", "serviceaccount", "plain");
        kubectl.run("create", "serviceaccount", "scraper");
        var role = "scraper-" + workloads.namespace();
        kubectl.run("create", "clusterrole", role, "--verb=get", "--resource=nodes/metrics");
        kubectl.run(
                "create",
                "clusterrolebinding",
                role,
                "--clusterrole=" + role,
                "--serviceaccount=" + workloads.namespace() + ":scraper");
        try {
            var plain = kubectl.run("create", "token", "plain");
            var scraper = kubectl.run("create", "token", "scraper");

            assertThat(status("/metrics/resource", plain)).isEqualTo(403);
            await("its binding is known")
                    .atMost(SOON)
                    .untilAsserted(() ->
                            assertThat(status("/metrics/resource", scraper)).isEqualTo(200));
            assertThat(status("/containerLogs/" + workloads.namespace() + "/web-0/web", scraper))
                    .isEqualTo(403);
            assertThat(status("/containerLogs/" + workloads.namespace() + "/web-0/web", plain))
                    .isEqualTo(403);
        } finally {
            kubectl.run("delete", "clusterrole,clusterrolebinding", role);
        }
    }

    /** With all rights: what is not a mirror's is not found. */
    @Test
    void noPathLeadsToAStrangersContainer() throws Exception {
        web();
        kubectl.run("create", "serviceaccount", "all");
        var binding = "all-" + workloads.namespace();
        kubectl.run(
                "create",
                "clusterrolebinding",
                binding,
                "--clusterrole=cluster-admin",
                "--serviceaccount=" + workloads.namespace() + ":all");
        var namespace = workloads.namespace();
        var container = workloads.running("web").getFirst();
        var stranger = Cli.docker("run", "--detach", "--rm", "busybox:1.36", "tail", "-f", "/dev/null");
        try {
            var token = kubectl.run("create", "token", "all");

            await("its binding is known")
                    .atMost(SOON)
                    .untilAsserted(() -> assertThat(status("/containerLogs/" + namespace + "/web-0/web", token))
                            .isEqualTo(200));
            for (var path : List.of(
                    "/containerLogs/" + namespace + "/web-0/other",
                    "/containerLogs/" + namespace + "/web-1/web",
                    "/containerLogs/kube-system/web-0/web",
                    "/containerLogs/" + namespace + "/" + container.getId() + "/web",
                    "/containerLogs/" + namespace + "/" + container.getNames()[0].substring(1) + "/web",
                    "/containerLogs/" + namespace + "/..%2F" + namespace + "%2Fweb-0/web",
                    "/containerLogs/" + namespace + "/web-0/%2e%2e",
                    "/containerLogs/" + namespace,
                    "/run/" + namespace + "/web-0/web")) {
                assertThat(status(path, token)).as(path).isEqualTo(404);
            }
            assertThat(status("/exec/" + namespace + "/web-0/web?command=true&output=1", token))
                    .as("without an upgrade")
                    .isEqualTo(400);
            var name = Cli.docker("inspect", "--format={{slice .Name 1}}", stranger);
            for (var pod : List.of(stranger, name)) {
                for (var path : List.of(
                        "/containerLogs/" + namespace + "/" + pod + "/web",
                        "/containerLogs/" + namespace + "/web-0/" + pod,
                        "/exec/" + namespace + "/" + pod + "/web?command=true&output=1",
                        "/exec/" + namespace + "/web-0/" + pod + "?command=true&output=1",
                        "/attach/" + namespace + "/" + pod + "/web?output=1",
                        "/portForward/" + namespace + "/" + pod)) {
                    assertThat(status(path, token)).as(path).isEqualTo(404);
                }
            }
        } finally {
            Cli.docker("rm", "--force", stranger);
            kubectl.run("delete", "clusterrolebinding", binding);
        }
    }

    /** One who says nothing, and says it slowly, keeps nobody out. */
    @Test
    void silentConnectionsDontStopOthers() throws Exception {
        web();
        var address = address();
        var silent = new ArrayList<Socket>();
        try {
            for (var i = 0; i < 200; i++) {
                silent.add(new Socket(address, port()));
            }
            assertThat(kubectl.overSpdy().answered("exec", "web-0", "--", "echo", "here"))
                    .isEqualTo(new Kubectl.Result(0, "here"));
        } finally {
            for (var socket : silent) {
                socket.close();
            }
        }
    }

    /** No image, label or status that a tenant writes into a Pod moves a container. */
    @Test
    void anEditedMirrorMovesNoContainer() {
        web();
        var before = workloads.running("web").getFirst().getId();

        kubectl.run("set", "image", "pod/web-0", "web=somebody/else:1");
        workloads.awaitCondition("web", "PodsMirrored", "False", "PodsRefused", SOON);
        kubectl.run("label", "pod", "web-0", "mayfly.dev/slot=7", "mayfly.dev/owner-uid=x", "--overwrite");
        kubectl.run(
                "patch",
                "pod",
                "web-0",
                "--subresource=status",
                "--type=merge",
                "-p",
                "{\"status\":{\"phase\":\"Failed\"}}");

        shows("other", 1, STAYS);
        assertThat(workloads.running("web").getFirst().getId()).isEqualTo(before);
        await("the mirror shows the replica again")
                .atMost(SOON)
                .until(
                        () -> pod("web-0"),
                        pod -> isReady(pod) && "Running".equals(pod.getStatus().getPhase()));
        assertThat(kubectl.overSpdy().answered("exec", "web-0", "--", "echo", "still"))
                .isEqualTo(new Kubectl.Result(0, "still"));
    }

    private int port() {
        return node().getStatus().getDaemonEndpoints().getKubeletEndpoint().getPort();
    }

    /** @param token empty: none */
    private int status(String path, String token) throws IOException, InterruptedException, GeneralSecurityException {
        return status(path, token, new KeyManager[0]);
    }

    /** @param keys of the client's certificate; may be empty */
    private int status(String path, String token, KeyManager[] keys)
            throws IOException, InterruptedException, GeneralSecurityException {
        var request = HttpRequest.newBuilder(URI.create("https://" + address() + ":" + port() + path))
                .timeout(SOON);
        if (!token.isEmpty()) {
            request.header("Authorization", "Bearer " + token);
        }
        var context = SSLContext.getInstance("TLS");
        context.init(keys, new TrustManager[] {new Trusting()}, new SecureRandom());
        try (var client = HttpClient.newBuilder().sslContext(context).build()) {
            return client.send(request.build(), BodyHandlers.discarding()).statusCode();
        }
    }

    /** Shows a certificate to a server of whatever authorities. */
    private static final class Showing extends X509ExtendedKeyManager {
        private final Certificates.Pair own;

        Showing(Certificates.Pair own) {
            this.own = own;
        }

        @Override
        public String chooseEngineClientAlias(String[] types, Principal[] issuers, SSLEngine engine) {
            return "own";
        }

        @Override
        public String chooseClientAlias(String[] types, Principal[] issuers, Socket socket) {
            return "own";
        }

        @Override
        public String[] getClientAliases(String type, Principal[] issuers) {
            return new String[] {"own"};
        }

        @Override
        public X509Certificate[] getCertificateChain(String alias) {
            return new X509Certificate[] {own.certificate()};
        }

        @Override
        public PrivateKey getPrivateKey(String alias) {
            return own.key().getPrivate();
        }

        @Override
        public String[] getServerAliases(String type, Principal[] issuers) {
            return new String[0];
        }

        @Override
        public String chooseServerAlias(String type, Principal[] issuers, Socket socket) {
            return null;
        }
    }

    /** Whose certificate it is, is not what is tested. */
    private static final class Trusting extends X509ExtendedTrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
