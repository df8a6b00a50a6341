package dev.mayfly.operator.image;

import static dev.mayfly.core.model.Samples.NOON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mayfly.config.Configs;
import dev.mayfly.config.LeaseSettings.Leading;
import dev.mayfly.core.image.PulledImage;
import dev.mayfly.core.image.PulledImage.StartedPull;
import dev.mayfly.operator.cluster.ClusterIdentity;
import dev.mayfly.runtime.Runtimes;
import dev.mayfly.testing.Cluster;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.quarkus.runtime.ShutdownEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** On a real API server: pulled images are remembered even if other writers change or remove the ConfigMap. */
@Tag("cluster")
class PulledImagesStoreTest {
    private final KubernetesClient client = Cluster.client();
    private final String namespace = Cluster.namespace("pulled");
    private final ImagesOnly engine = new ImagesOnly();
    private final List<PulledImagesStore> started = new ArrayList<>();

    @AfterEach
    void stop() throws InterruptedException {
        for (var store : started) {
            store.stop(new ShutdownEvent());
        }
    }

    @Test
    void pulledImagesAreStoredAndReadByTheNextOperator() throws InterruptedException {
        var first = start(engine);
        engine.pulled(image("a"));
        awaitWritten("a");
        first.stop(new ShutdownEvent());
        started.remove(first);

        var next = new ImagesOnly();
        start(next);

        assertThat(next.remembered).containsExactly(image("a"));
    }

    @Test
    void aPullIsStoredBeforeItStartsAndTheNextOperatorLearnsOfAnInterruptedOne() throws InterruptedException {
        var first = start(engine);
        var pull = new StartedPull("r.example/app:1", "", "key");
        var seen = new StartedPull("r.example/other:1", "", "key");

        engine.book.begin(seen).toCompletableFuture().join();
        engine.book.over(seen);
        engine.book.begin(pull).toCompletableFuture().join();

        assertThat(PulledImagesMap.begun(map().get(), ImagesOnly.ENGINE, spoilt -> {}))
                .containsExactly(pull);
        first.stop(new ShutdownEvent());
        started.remove(first);
        var next = new ImagesOnly();
        start(next);
        assertThat(next.cutOff).containsExactly(pull);
        await().untilAsserted(() -> assertThat(PulledImagesMap.begun(map().get(), ImagesOnly.ENGINE, spoilt -> {}))
                .isEmpty());
    }

    @Test
    void aRemovedConfigMapIsCreatedAgainWithAllImages() {
        start(engine);
        engine.pulled(image("a"));
        awaitWritten("a");

        map().delete();
        engine.pulled(image("b"));

        awaitWritten("a", "b");
    }

    @Test
    void imagesOfAConcurrentWriterAreMerged() {
        start(engine);
        engine.pulled(image("a"));
        awaitWritten("a");

        map().edit(written -> {
            written.getData()
                    .merge(
                            "images",
                            PulledImagesMap.of("n", "n", "c", "e", List.of(image("other")), List.of())
                                    .getData()
                                    .get("images"),
                            String::concat);
            return written;
        });
        engine.pulled(image("b"));

        awaitWritten("a", "b", "other");
    }

    @Test
    void aConfigMapThatAlreadyExistsIsMerged() {
        start(engine);
        client.resource(PulledImagesMap.of(
                        namespace, "mayfly-images", "c", ImagesOnly.ENGINE, List.of(image("other")), List.of()))
                .create();

        engine.pulled(image("a"));

        awaitWritten("a", "other");
    }

    /** Returns once the store has read the ConfigMap. */
    private PulledImagesStore start(ImagesOnly engine) {
        var config = Configs.of(Map.of("mayfly.namespace", namespace));
        var runtimes = new Runtimes(Map.of("Docker", engine));
        var store = new PulledImagesStore(client, config, new ClusterIdentity(client, config), runtimes);
        started.add(store);
        store.listen(null);
        store.start(new Leading());
        store.whenRead().toCompletableFuture().join();
        return store;
    }

    private void awaitWritten(String... ids) {
        await().untilAsserted(() -> assertThat(map().get())
                .isNotNull()
                .extracting(written -> PulledImagesMap.read(written, ImagesOnly.ENGINE, spoilt -> {}))
                .asInstanceOf(org.assertj.core.api.InstanceOfAssertFactories.list(PulledImage.class))
                .extracting(PulledImage::id)
                .containsExactlyInAnyOrder(ids));
    }

    private Resource<ConfigMap> map() {
        return client.configMaps().inNamespace(namespace).withName("mayfly-images");
    }

    private static PulledImage image(String id) {
        return new PulledImage(id, Set.of("app:" + id), NOON, NOON, Set.of());
    }
}
