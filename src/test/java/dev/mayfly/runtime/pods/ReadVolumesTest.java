package dev.mayfly.runtime.pods;

import static dev.mayfly.core.model.Samples.NOON;
import static dev.mayfly.core.model.Samples.id;
import static dev.mayfly.core.model.Samples.template;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.mayfly.core.model.Ephemerality;
import dev.mayfly.core.model.Ephemerality.Mode;
import dev.mayfly.core.model.Failure;
import dev.mayfly.core.model.Launch;
import dev.mayfly.core.model.Launch.Priority;
import dev.mayfly.core.model.Phase;
import dev.mayfly.core.model.Replica;
import dev.mayfly.core.model.Template;
import dev.mayfly.core.model.Template.Placement;
import dev.mayfly.runtime.pods.ImageVolumes.Found;
import dev.mayfly.runtime.pods.PodsRuntimeContractTest.StandInCommands;
import dev.mayfly.runtime.registry.ImageRegistry;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ReadVolumesTest {
    private static final Ephemerality COVERING = new Ephemerality(Mode.Enforce, List.of(), false, true);
    private static final String LOGIN = "Basic dXNlcjpwYXNz";

    private final AtomicInteger manifests = new AtomicInteger();
    private volatile String configuration = "{\"config\":{\"Volumes\":{\"/data\":{}}}}";
    private HttpServer registry;
    private FakePodServer server;
    private ReadVolumes volumes;
    private String image;
    private boolean closed;

    @BeforeEach
    void start() throws IOException {
        registry = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        registry.createContext("/", this::answer);
        registry.start();
        image = "127.0.0.1:" + registry.getAddress().getPort() + "/app:1";
        server = new FakePodServer();
        volumes = new ReadVolumes(
                new ImageRegistry(Duration.ofSeconds(30)),
                new PodApi(server.client(), () -> true),
                new PodBody(PodsRuntimeContractTest.settings("c1"), new KubernetesSerialization()));
    }

    @AfterEach
    void stop() {
        volumes.close();
        server.close();
        registry.stop(0);
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            var path = exchange.getRequestURI().getPath();
            var login = exchange.getRequestHeaders().getFirst("Authorization");
            if (closed && !LOGIN.equals(login)) {
                exchange.getResponseHeaders().add("WWW-Authenticate", "Basic realm=\"r\"");
                exchange.sendResponseHeaders(401, -1);
                return;
            }
            manifests.addAndGet(path.contains("/manifests/") ? 1 : 0);
            var body = path.contains("/manifests/") ? "{\"config\":{\"digest\":\"" + digest() + "\"}}" : configuration;
            exchange.sendResponseHeaders(200, 0);
            exchange.getResponseBody().write(body.getBytes(StandardCharsets.UTF_8));
        }
    }

    private String digest() {
        try {
            return "sha256:"
                    + HexFormat.of()
                            .formatHex(MessageDigest.getInstance("SHA-256")
                                    .digest(configuration.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    @Test
    void aVolumeThatNothingCoversIsRefused() throws Exception {
        var found = read(template(image));

        assertThat(found.refusal().map(Failure::reason)).contains("UncoveredVolumes");
        assertThat(found.refusal().orElseThrow().message()).contains("VOLUME /data");
        assertThat(found.again()).isEmpty();
    }

    @Test
    void aVolumeThatMayBeCoveredIs() throws Exception {
        var found = read(template(image, COVERING));

        assertThat(found.refusal()).isEmpty();
        assertThat(found.uncovered()).containsExactly("/data");
    }

    @Test
    void noPodIsMadeOfAnImageWithAVolumeThatNothingCovers() {
        try (var runtime = checking()) {
            runtime.launch(launch(template(image)));

            await().until(() ->
                    runtime.index().find(id(0, 1)).map(Replica::phase).equals(Optional.of(Phase.FAILED)));
            assertThat(runtime.index()
                            .find(id(0, 1))
                            .flatMap(replica -> replica.outcome().failure()))
                    .map(Failure::reason)
                    .contains("UncoveredVolumes");
            assertThat(server.changes).isEmpty();
        }
    }

    @Test
    void aPodHasMemoryAtTheVolumeOfItsImageThatMayBeCovered() {
        try (var runtime = checking()) {
            runtime.launch(launch(template(image, COVERING)));

            await().until(() -> server.pods.size() == 1);
            var spec = server.pods.values().iterator().next().getSpec();
            var mount = spec.getContainers().getFirst().getVolumeMounts().stream()
                    .filter(each -> each.getMountPath().equals("/data"))
                    .findFirst()
                    .orElseThrow();
            assertThat(spec.getVolumes())
                    .filteredOn(volume -> volume.getName().equals(mount.getName()))
                    .singleElement()
                    .matches(volume -> volume.getEmptyDir().getMedium().equals("Memory"));
        }
    }

    /** With {@code mayfly.runtime.pods-images-checked}. */
    private PodsRuntime checking() {
        var settings = new PodsSettings("c1", Duration.ofSeconds(10), 8, Set.of(), true, true, () -> true);
        return new PodsRuntime(settings, server.client(), new StandInCommands(), InstantSource.system());
    }

    @Test
    void anImageIsAskedForOnce() throws Exception {
        read(template(image));
        read(template(image));

        assertThat(manifests).hasValue(1);
    }

    /** Whoever may create workloads chooses what is kept, and how much. */
    @Test
    void longPathsOfManyImagesAreNotAllKept() throws Exception {
        configuration = "{\"config\":{\"Volumes\":{"
                + IntStream.range(0, 90)
                        .mapToObj(i -> "\"/" + i + "x".repeat(4000) + "\":{}")
                        .collect(Collectors.joining(","))
                + "}}}";
        var images = IntStream.range(0, 30).mapToObj(i -> image + i).toList();
        for (var each : images) {
            read(template(each));
        }
        for (var each : images) {
            read(template(each));
        }

        assertThat(manifests).hasValueGreaterThan(45);
    }

    @Test
    void theLoginIsThatOfThePullSecrets() throws Exception {
        closed = true;
        var config = "{\"auths\": {\"127.0.0.1:" + registry.getAddress().getPort()
                + "\": {\"auth\": \"dXNlcjpwYXNz\"}, \"other.example.com\": {\"auth\": \"eDp5\"}}}";
        server.secrets.put(
                "pull",
                new SecretBuilder()
                        .withNewMetadata()
                        .withName("pull")
                        .endMetadata()
                        .withType("kubernetes.io/dockerconfigjson")
                        .addToData(
                                ".dockerconfigjson",
                                Base64.getEncoder().encodeToString(config.getBytes(StandardCharsets.UTF_8)))
                        .build());
        var placement = new Placement("Pods", "{\"imagePullSecrets\": [{\"name\": \"pull\"}, {\"name\": \"none\"}]}");

        assertThat(read(template(image).withPlacement(placement)).refusal().map(Failure::reason))
                .contains("UncoveredVolumes");
    }

    @Test
    void anImageThatCanNotBeReadIsRefusedForAWhile() throws Exception {
        closed = true;

        var found = read(template(image));

        assertThat(found.refusal().map(Failure::reason)).contains(Failure.NOT_INSPECTED);
        assertThat(found.refusal().orElseThrow().message()).contains("can't be read", "add imagePullSecrets");
        assertThat(found.again()).isPresent();
    }

    private static Launch launch(Template template) {
        return new Launch(id(0, 1), "v1", template, 0, 0, NOON, Priority.SCALE);
    }

    private Found read(Template template) throws Exception {
        return volumes.of(launch(template)).toCompletableFuture().get(60, TimeUnit.SECONDS);
    }
}
