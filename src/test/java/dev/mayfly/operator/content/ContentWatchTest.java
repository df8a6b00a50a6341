package dev.mayfly.operator.content;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.mayfly.api.v1alpha1.EphemeralWorkload;
import dev.mayfly.config.Configs;
import dev.mayfly.operator.cluster.Owners;
import dev.mayfly.operator.cluster.ResourceCaches;
import dev.mayfly.operator.cluster.WatchedObject.NotReadYet;
import dev.mayfly.testing.Cluster;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.api.model.rbac.RoleBindingBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Uses a real API server. */
@Tag("cluster")
class ContentWatchTest {
    private final KubernetesClient client = Cluster.client();
    private final String namespace = Cluster.namespace("watch");
    private final Content.Source conf = Content.Source.configMap("conf");
    private ContentWatch watch = new ContentWatch(client, key(client), new ResourceCaches());

    @AfterEach
    void close() {
        watch.close();
    }

    @Test
    void presenceAndContentAreKnownAtOnceAndAfterEachChange() {
        var web = workload("web", "conf");
        assertThat(follow(web).of(conf)).isEmpty();
        assertThat(follow(web).read()).isTrue();

        configMap("one");
        await().until(() -> page(web).equals(Optional.of("one")));
        configMap("two");
        await().until(() -> page(web).equals(Optional.of("two")));

        client.configMaps().inNamespace(namespace).withName("conf").delete();
        await().until(() -> follow(web).of(conf).isEmpty());
    }

    @Test
    void onlyReferencedObjectsAreWatched() {
        follow(workload("web", "conf"));
        follow(workload("shop", "conf"));
        assertThat(watch.watched()).isEqualTo(1);

        follow(workload("shop", "other"));
        assertThat(watch.watched()).isEqualTo(2);

        watch.forget(Owners.of(workload("web", "conf")));
        assertThat(watch.watched()).isEqualTo(1);
        assertThat(follow(read("shop", "{template: {image: a}}")).read()).isFalse();
        assertThat(watch.watched()).isZero();
    }

    @Test
    void aForbiddenObjectIsNotReportedAsMissing() {
        configMap("one");
        try (var nobody = as("nobody-" + namespace)) {
            watch.close();
            watch = new ContentWatch(nobody, key(client), new ResourceCaches());
            var web = workload("web", "conf");
            assertThatThrownBy(() -> follow(web))
                    .isInstanceOf(Content.Unreadable.class)
                    .hasMessageContaining("ConfigMap conf in namespace " + namespace)
                    .hasMessageContaining("orbidden");

            allow("nobody-" + namespace);
            await().ignoreException(Content.Unreadable.class)
                    .until(() -> page(web).equals(Optional.of("one")));
        }
    }

    @Test
    void pullSecretsAreWatchedAndAreNoContent() {
        var web = read("web", "{template: {image: a, imagePullSecrets: [{name: absent}, {name: regcred}]}}");
        await().ignoreExceptionsMatching(ContentWatchTest::isNotReadYet)
                .untilAsserted(() -> assertThat(watch.followPullSecrets(web))
                        .containsOnlyKeys("absent", "regcred")
                        .allSatisfy((name, secret) -> assertThat(secret).isEmpty()));

        client.resource(new SecretBuilder()
                        .withNewMetadata()
                        .withName("regcred")
                        .withNamespace(namespace)
                        .endMetadata()
                        .withType("kubernetes.io/dockerconfigjson")
                        .addToStringData(".dockerconfigjson", "{\"auths\": {}}")
                        .build())
                .create();

        await().until(() -> watch.followPullSecrets(web).get("regcred").isPresent());
        assertThat(follow(web).read()).as("it takes no content").isFalse();
        assertThat(watch.watched()).isEqualTo(2);
        watch.forget(Owners.of(web));
        assertThat(watch.watched()).isZero();
    }

    @Test
    void theHashKeyIsCreatedOnce() {
        assertThat(key(client).getOrCreate()).hasSize(32).isEqualTo(key(client).getOrCreate());
    }

    /** Also where the first read takes so long that it is reported. */
    static boolean isNotReadYet(Throwable thrown) {
        return thrown instanceof NotReadYet
                || thrown instanceof Content.Unreadable && thrown.getMessage().contains("it is not read yet");
    }

    private Content follow(EphemeralWorkload workload) {
        return await().ignoreExceptionsMatching(ContentWatchTest::isNotReadYet)
                .until(() -> watch.follow(workload), content -> true);
    }

    private Optional<String> page(EphemeralWorkload workload) {
        return follow(workload)
                .of(conf)
                .flatMap(held -> held.values().get("page").text());
    }

    private ContentHash.Key key(KubernetesClient with) {
        return new ContentHash.Key(with, Configs.of(Map.of("mayfly.namespace", namespace)));
    }

    private void configMap(String page) {
        client.resource(new ConfigMapBuilder()
                        .withNewMetadata()
                        .withName("conf")
                        .withNamespace(namespace)
                        .endMetadata()
                        .withData(Map.of("page", page, "unused", "x"))
                        .build())
                .forceConflicts()
                .serverSideApply();
    }

    private KubernetesClient as(String user) {
        var config = new ConfigBuilder(Config.fromKubeconfig(Cluster.kubeconfig()))
                .withImpersonateUsername(user)
                .build();
        return new KubernetesClientBuilder().withConfig(config).build();
    }

    private void allow(String user) {
        client.resource(new RoleBindingBuilder()
                        .withNewMetadata()
                        .withName("reader")
                        .withNamespace(namespace)
                        .endMetadata()
                        .withNewRoleRef("rbac.authorization.k8s.io", "ClusterRole", "view")
                        .addNewSubject("rbac.authorization.k8s.io", "User", user, null)
                        .build())
                .create();
    }

    private EphemeralWorkload workload(String name, String configMap) {
        return read(
                name,
                "{template: {image: a, volumes: [{name: v, configMap: {name: %s, items: [{key: page, path: p}]}}]}}"
                        .formatted(configMap));
    }

    private EphemeralWorkload read(String name, String spec) {
        return Serialization.unmarshal(
                "metadata: {namespace: %s, name: %s}\nspec: %s\n".formatted(namespace, name, spec),
                EphemeralWorkload.class);
    }
}
