package dev.mayfly.operator.cluster;

import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.mayfly.core.model.OwnerId;
import dev.mayfly.operator.cluster.ReferencedObjects.Kept;
import dev.mayfly.operator.cluster.ReferencedObjects.Room;
import dev.mayfly.operator.cluster.WatchedObject.NotReadYet;
import dev.mayfly.testing.AnsweringApiServer;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Against a server that lists ConfigMaps as an API server does, and answers when the test says so. */
class ReferencedObjectsTest {
    private static final OwnerId WEB = new OwnerId("EphemeralWorkload", "shop", "web", "u1");
    private static final OwnerId JOB = new OwnerId("EphemeralWorkload", "shop", "job", "u2");
    private static final OwnerId OTHER = new OwnerId("EphemeralWorkload", "else", "web", "u3");
    private static final Pattern NAME = Pattern.compile("metadata.name(?:=|%3D)([-a-z0-9]+)");

    private final Map<String, String> values = new ConcurrentHashMap<>();
    private final CountDownLatch answers = new CountDownLatch(1);
    private final CountDownLatch over = new CountDownLatch(1);
    private final Set<OwnerId> woken = ConcurrentHashMap.newKeySet();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final HttpServer server = server();
    private final KubernetesClient client = AnsweringApiServer.clientOf(server);
    private final ReferencedObjects<String, ConfigMap> objects = new ReferencedObjects<>(
            name -> client.configMaps().inNamespace("shop").withName(name),
            new Kept<ConfigMap>(
                    map -> map.getMetadata().setLabels(null),
                    map -> Long.parseLong(map.getData().get("bytes"))),
            woken::add);

    @AfterEach
    void close() {
        answers.countDown();
        objects.close();
        client.close();
        over.countDown();
        server.stop(0);
        threads.shutdownNow();
    }

    @Test
    void nobodyWaitsForTheFirstRead() {
        values.put("conf", "1");
        var begin = System.nanoTime();
        var conf = objects.refer(WEB, Set.of("conf", "absent"));

        assertThat(conf.get("conf"))
                .satisfiesAnyOf(
                        object -> assertThatThrownBy(() -> read(object)).isInstanceOf(NotReadYet.class),
                        object -> assertThat(read(object)).isEqualTo("unread: it is not read yet"));
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(20));
        assertThat(woken).isEmpty();

        answers.countDown();
        await().until(() -> woken.contains(WEB));
        await().ignoreException(NotReadYet.class)
                .untilAsserted(() -> assertThat(read(conf.get("conf"))).isEqualTo("1"));
        await().ignoreException(NotReadYet.class)
                .untilAsserted(() -> assertThat(read(conf.get("absent"))).isEqualTo("absent"));
    }

    @Test
    void silenceIsReportedAfterAWhile() {
        var conf = objects.refer(WEB, Set.of("conf")).get("conf");

        await().ignoreException(NotReadYet.class)
                .untilAsserted(() -> assertThat(read(conf)).isEqualTo("unread: it is not read yet"));
    }

    @Test
    void aNamespaceHasOnlySoManyObjects() {
        var many = IntStream.range(0, 300).mapToObj(i -> "conf-" + i).collect(toSet());

        assertThat(objects.refer(WEB, many)).hasSize(ReferencedObjects.MOST_IN_A_NAMESPACE);
        assertThat(objects.refer(JOB, Set.of("more"))).isEmpty();
        assertThat(objects.refer(OTHER, Set.of("more"))).hasSize(1);
        assertThat(objects.size()).isEqualTo(ReferencedObjects.MOST_IN_A_NAMESPACE + 1);

        objects.refer(WEB, Set.of("conf-1"));
        assertThat(objects.refer(JOB, Set.of("more", "conf-1"))).hasSize(2);
        assertThat(objects.size()).isEqualTo(3);
        for (var owner : Set.of(WEB, JOB, OTHER)) {
            objects.refer(owner, Set.of());
        }
        assertThat(objects.size()).isZero();
    }

    @Test
    void anObjectThatDoesNotFitIsNotKeptUntilItDoes() {
        answers.countDown();
        values.put("large", Long.toString(Room.MOST_BYTES / 2));
        values.put("small", "2");
        var large = objects.refer(WEB, Set.of("large")).get("large");
        await().ignoreException(NotReadYet.class).until(() -> read(large).equals(values.get("large")));

        var small = objects.refer(JOB, Set.of("small")).get("small");
        await().until(() -> !small.fits());
        await().ignoreException(NotReadYet.class).until(() -> read(small).equals("absent"));
        assertThat(large.fits()).isTrue();
        assertThat(objects.refer(JOB, Set.of("small"))).containsValue(small);

        var other = objects.refer(OTHER, Set.of("small")).get("small");
        await().ignoreException(NotReadYet.class).until(() -> read(other).equals("2"));

        objects.refer(WEB, Set.of());
        var again = objects.refer(JOB, Set.of("small")).get("small");
        await().ignoreException(NotReadYet.class).until(() -> read(again).equals("2"));
        assertThat(again.fits()).isTrue();
    }

    /** Its value, or why there is none. */
    private static String read(WatchedObject<ConfigMap> object) {
        try {
            return object.get(IllegalStateException::new)
                    .map(map -> map.getData().get("bytes"))
                    .orElse("absent");
        } catch (IllegalStateException unread) {
            return "unread: " + unread.getMessage();
        }
    }

    private HttpServer server() {
        try {
            var started = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            started.setExecutor(threads);
            started.createContext("/", this::answer);
            started.start();
            return started;
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            answers.await();
            var query = String.valueOf(exchange.getRequestURI().getRawQuery());
            if (query.contains("watch=true")) {
                over.await(); // nothing changes
            }
            var name = NAME.matcher(query).results().findFirst().orElseThrow().group(1);
            var value = values.get(name);
            var item = value == null
                    ? ""
                    : "{\"metadata\": {\"namespace\": \"shop\", \"name\": \"%s\"}, \"data\": {\"bytes\": \"%s\"}}"
                            .formatted(name, value);
            var list =
                    "{\"kind\": \"ConfigMapList\", \"apiVersion\": \"v1\", \"metadata\": {\"resourceVersion\": \"1\"}, \"items\": [%s]}"
                            .formatted(item)
                            .getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().add("Content-Type", "application/json");
            exchange.sendResponseHeaders(200, list.length);
            exchange.getResponseBody().write(list);
        } catch (InterruptedException closing) {
            Thread.currentThread().interrupt();
        }
    }
}
