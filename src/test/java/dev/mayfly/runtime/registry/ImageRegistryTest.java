package dev.mayfly.runtime.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.mayfly.core.image.Credential;
import dev.mayfly.runtime.registry.ImageRegistry.Unreadable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ImageRegistryTest {
    private static final String CONFIG = "{\"config\":{\"Volumes\":{\"/var/lib/b/\":{},\"/a\":{}}}}";
    private static final Credential LOGIN = new Credential("127.0.0.1", "user", "pass", "", "");

    private final ExecutorService threads = Executors.newCachedThreadPool();
    /** The requests that came, with their Authorization. */
    private final Map<String, String> asked = new ConcurrentHashMap<>();

    private final Map<String, String> bodies = new ConcurrentHashMap<>();
    private final ImageRegistry registry = new ImageRegistry(Duration.ofSeconds(30));
    private HttpServer server;
    private String image;
    /** The Authorization without which nothing is shown; empty: anybody is shown everything. */
    private String required = "";

    @BeforeEach
    void start() throws Exception {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/", this::answer);
        server.start();
        image = "127.0.0.1:" + server.getAddress().getPort() + "/team/app";
        bodies.put("/v2/team/app/manifests/1", """
                {"manifests": [
                  {"digest": "%s", "platform": {"os": "unknown", "architecture": "unknown"}},
                  {"digest": "%s", "platform": {"os": "linux", "architecture": "amd64"}},
                  {"digest": "%s", "platform": {"os": "linux", "architecture": "arm64"}}]}
                """.formatted(digest("x"), digest("m"), digest("m")));
        bodies.put("/v2/team/app/manifests/" + digest("m"), manifest(digest(CONFIG)));
        bodies.put("/v2/team/app/blobs/" + digest(CONFIG), CONFIG);
        bodies.put("/token", "{\"access_token\": \"t0ken\"}");
    }

    @AfterEach
    void stop() {
        registry.close();
        server.stop(0);
        threads.shutdownNow();
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            var path = exchange.getRequestURI().getPath();
            var authorization = exchange.getRequestHeaders().getFirst("Authorization");
            asked.put(exchange.getRequestURI().toString(), String.valueOf(authorization));
            var body = bodies.get(path);
            if (path.startsWith("/v2/") && !required.isEmpty() && !required.equals(authorization)) {
                exchange.getResponseHeaders()
                        .add(
                                "WWW-Authenticate",
                                required.startsWith("Basic")
                                        ? "Basic realm=\"r\""
                                        : "Bearer realm=\"http://127.0.0.1:"
                                                + server.getAddress().getPort()
                                                + "/token\",service=\"s, t\",scope=\"x\"");
                exchange.sendResponseHeaders(401, -1);
            } else if (body == null) {
                exchange.sendResponseHeaders(404, -1);
            } else if (body.startsWith("->")) {
                exchange.getResponseHeaders().add("Location", body.substring(2));
                exchange.sendResponseHeaders(307, -1);
            } else {
                exchange.sendResponseHeaders(200, 0);
                exchange.getResponseBody().write(body.getBytes(StandardCharsets.UTF_8));
            }
        }
    }

    @Test
    void theVolumesOfThisMachinesImageAreRead() throws Unreadable {
        assertThat(registry.volumes(image + ":1", List.of())).containsExactly("/a", "/var/lib/b");
        assertThat(asked.values()).containsOnly("null");
    }

    @Test
    void anImageWithoutVolumesHasNone() throws Exception {
        bodies.put("/v2/team/app/manifests/" + digest("m"), manifest(digest("{}")));
        bodies.put("/v2/team/app/blobs/" + digest("{}"), "{}");

        assertThat(registry.volumes(image + ":1", List.of())).isEmpty();
    }

    @Test
    void aTokenIsFetchedWithTheLogin() throws Unreadable {
        required = "Bearer t0ken";

        assertThat(registry.volumes(image + ":1", List.of(LOGIN))).hasSize(2);
        assertThat(asked)
                .containsEntry("/token?service=s%2C+t&scope=repository%3Ateam%2Fapp%3Apull", "Basic dXNlcjpwYXNz");
    }

    @Test
    void aLoginThatTheRegistryAsksForIsSent() throws Unreadable {
        required = "Basic dXNlcjpwYXNz";

        assertThat(registry.volumes(image + ":1", List.of(LOGIN))).hasSize(2);
        assertThatThrownBy(() -> registry.volumes(image + ":1", List.of()))
                .isInstanceOf(Unreadable.class)
                .hasMessageContaining("add imagePullSecrets");
    }

    @Test
    void aLoginThatIsRefusedIsNamed() {
        required = "Basic b3RoZXI6cGFzcw==";

        assertThatThrownBy(() -> registry.volumes(image + ":1", List.of(LOGIN)))
                .isInstanceOf(Unreadable.class)
                .hasMessageContaining("does not show it to the login of imagePullSecrets");
    }

    @Test
    void aRedirectIsFollowedWithoutTheLogin() throws Exception {
        required = "Basic dXNlcjpwYXNz";
        bodies.put("/v2/team/app/blobs/" + digest(CONFIG), "->/storage");
        bodies.put("/storage", CONFIG);

        assertThat(registry.volumes(image + ":1", List.of(LOGIN))).hasSize(2);
        assertThat(asked).containsEntry("/storage", "null");
    }

    @ParameterizedTest
    @ValueSource(strings = {"->http://127.0.0.1:1/x", "->file:///etc/passwd", "->/again", "{\"config\":{}}", "[", ""})
    void aHostileReplyIsUnreadableSoon(String reply) {
        bodies.put("/v2/team/app/manifests/1", reply);
        bodies.put("/again", "->/again");

        assertThatThrownBy(() -> registry.volumes(image + ":1", List.of())).isInstanceOf(Unreadable.class);
    }

    @Test
    void aReplyThatIsTooLongIsNotRead() {
        bodies.put("/v2/team/app/manifests/1", "x".repeat((4 << 20) + 1));

        assertThatThrownBy(() -> registry.volumes(image + ":1", List.of())).isInstanceOf(Unreadable.class);
    }

    /** It would take thirty times its length as a tree. */
    @Test
    void aReplyOfTooManyPartsIsNotRead() throws Exception {
        bodies.put(
                "/v2/team/app/manifests/1",
                "{\"config\": {\"digest\": \"" + digest(CONFIG) + "\"}, \"more\": [{}" + ",{}".repeat(100_000) + "]}");

        assertThatThrownBy(() -> registry.volumes(image + ":1", List.of()))
                .isInstanceOf(Unreadable.class)
                .hasMessageContaining("too much");
    }

    @Test
    void aConfigurationWithAnotherDigestIsNotTaken() throws Exception {
        bodies.put("/v2/team/app/blobs/" + digest(CONFIG), CONFIG + " ");

        assertThatThrownBy(() -> registry.volumes(image + ":1", List.of())).hasMessageContaining("another digest");
    }

    @ParameterizedTest
    @ValueSource(strings = {"sha256:0", "no such/image", "127.0.0.1:1/a", "a..b/c", "http://x/y"})
    void aReferenceThatLeadsNowhereIsUnreadable(String reference) {
        assertThatThrownBy(() -> new ImageRegistry(Duration.ofMillis(200)).volumes(reference, List.of()))
                .isInstanceOf(Unreadable.class);
    }

    private static String manifest(String config) {
        return "{\"config\": {\"digest\": \"" + config + "\"}}";
    }

    private static String digest(String text) throws Exception {
        return "sha256:"
                + HexFormat.of()
                        .formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
    }
}
