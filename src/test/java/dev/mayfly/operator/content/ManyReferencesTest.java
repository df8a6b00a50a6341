package dev.mayfly.operator.content;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mayfly.api.v1alpha1.EphemeralWorkload;
import dev.mayfly.config.Configs;
import dev.mayfly.operator.cluster.InvalidSpec;
import dev.mayfly.operator.cluster.Owners;
import dev.mayfly.operator.cluster.ReferencedObjects;
import dev.mayfly.operator.cluster.ResourceCaches;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.Map;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** With an API server that never answers: what is too much is refused before anything is requested. */
class ManyReferencesTest {
    private final ServerSocket silent = silent();
    private final KubernetesClient client = new KubernetesClientBuilder()
            .withConfig(new ConfigBuilder(Config.empty())
                    .withMasterUrl("http://127.0.0.1:" + silent.getLocalPort())
                    .build())
            .build();
    private final ContentWatch watch =
            new ContentWatch(client, new ContentHash.Key(client, Configs.of(Map.of())), new ResourceCaches());

    @AfterEach
    void close() throws IOException {
        watch.close();
        client.close();
        silent.close();
    }

    private static ServerSocket silent() {
        try {
            return new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void oneWorkloadRefersToSoManyObjectsAtMost() {
        for (var workload = 0; workload < 60; workload++) {
            var hostile = workload("hostile" + workload, 250, i -> "absent-" + i);
            assertThatThrownBy(() -> watch.follow(hostile))
                    .isInstanceOf(InvalidSpec.class)
                    .hasMessageContaining("refers to 250 ConfigMaps and Secrets, more than 32")
                    .extracting(refused -> ((InvalidSpec) refused).failure().reason())
                    .isEqualTo("TooManyReferences");
        }
        assertThat(watch.watched()).isZero();
        assertThatThrownBy(() -> watch.follow(workload("most", 32, i -> "absent-" + i)))
                .matches(ContentWatchTest::isNotReadYet);
        assertThatThrownBy(() -> watch.follow(workload("same", 250, i -> "absent")))
                .matches(ContentWatchTest::isNotReadYet);
        assertThat(watch.watched()).isEqualTo(33);
    }

    @Test
    void theWorkloadsOfANamespaceShareTheirNumber() {
        for (var workload = 0; workload < 8; workload++) {
            var prefix = "absent-" + workload + "-";
            assertThatThrownBy(() -> watch.follow(workload(prefix + "user", 32, i -> prefix + i)))
                    .matches(ContentWatchTest::isNotReadYet);
        }
        assertThat(watch.watched()).isEqualTo(ReferencedObjects.MOST_IN_A_NAMESPACE);

        var next = workload("next", 1, i -> "one-more");
        assertThatThrownBy(() -> watch.follow(next))
                .isInstanceOf(InvalidSpec.class)
                .hasMessageContaining("the workloads of namespace shop refer to 256 other ConfigMaps and Secrets");

        watch.forget(Owners.of(workload("absent-0-user", 0, i -> "")));
        assertThatThrownBy(() -> watch.follow(next)).matches(ContentWatchTest::isNotReadYet);
    }

    private static EphemeralWorkload workload(String name, int references, IntFunction<String> object) {
        var env = IntStream.range(0, references)
                .mapToObj(i -> "{name: E%d, valueFrom: {configMapKeyRef: {name: %s, key: k, optional: true}}}"
                        .formatted(i, object.apply(i)))
                .collect(joining(", "));
        return Serialization.unmarshal(
                "metadata: {namespace: shop, name: %1$s, uid: %1$s}\nspec: {template: {image: a, env: [%2$s]}}"
                        .formatted(name, env),
                EphemeralWorkload.class);
    }
}
