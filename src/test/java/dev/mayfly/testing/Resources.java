package dev.mayfly.testing;

import static java.net.HttpURLConnection.HTTP_NOT_FOUND;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.github.dockerjava.api.model.Container;
import dev.mayfly.testing.engine.Docker;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.KubernetesResourceList;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.NonNamespaceOperation;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Those of one kind in one namespace, and their containers, as a user sees them with {@code kubectl} and {@code
 * docker}.
 */
public abstract class Resources<R extends HasMetadata> implements AutoCloseable {
    private final KubernetesClient client;
    private final String namespace;
    private final Class<R> type;

    Resources(KubernetesClient client, String namespace, Class<R> type) {
        this.client = client;
        this.namespace = namespace;
        this.type = type;
    }

    /** @return null where it has none yet */
    abstract List<Condition> conditions(R resource);

    public KubernetesClient client() {
        return client;
    }

    public String namespace() {
        return namespace;
    }

    /** As {@code kubectl apply --server-side}; fails where the API server refuses. */
    public GenericKubernetesResource apply(String yaml) {
        return Manifests.apply(client, namespace, yaml);
    }

    NonNamespaceOperation<R, KubernetesResourceList<R>, Resource<R>> all() {
        return client.resources(type).inNamespace(namespace);
    }

    public Resource<R> named(String name) {
        return all().withName(name);
    }

    /** Returns at once; see {@link #awaitGone}. */
    public void delete(String name) {
        named(name).delete();
    }

    /** Of all that there are. */
    public List<String> names() {
        return all().list().getItems().stream()
                .map(resource -> resource.getMetadata().getName())
                .toList();
    }

    /** @return null where there is none */
    public R get(String name) {
        return named(name).get();
    }

    public Optional<Condition> condition(String name, String type) {
        var resource = get(name);
        var conditions = resource == null ? null : conditions(resource);
        return conditions == null
                ? Optional.empty()
                : conditions.stream().filter(c -> c.getType().equals(type)).findFirst();
    }

    public void awaitCondition(String name, String type, String status, String reason, Duration within) {
        await(name + " has " + type + "=" + status + "/" + reason)
                .pollDelay(Duration.ZERO)
                .atMost(within)
                .untilAsserted(() -> assertThat(condition(name, type))
                        .hasValueSatisfying(c -> assertThat(c.getStatus() + "/" + c.getReason())
                                .as(c.getMessage())
                                .isEqualTo(status + "/" + reason)));
    }

    /** Events about it, of that reason. */
    public List<Event> events(String name, String reason) {
        return client.v1().events().inNamespace(namespace).list().getItems().stream()
                .filter(e -> name.equals(e.getInvolvedObject().getName()) && reason.equals(e.getReason()))
                .toList();
    }

    /** Labels that the engine's containers of that name and kind have, among others. */
    public Map<String, String> labels(String name) {
        return Map.of(
                "mayfly.dev/namespace",
                namespace,
                "mayfly.dev/name",
                name,
                "mayfly.dev/kind",
                HasMetadata.getKind(type));
    }

    /** The engine's containers of it, in whatever state. */
    public List<Container> containers(String name) {
        return Docker.containers(labels(name));
    }

    public List<Container> running(String name) {
        return containers(name).stream()
                .filter(c -> c.getState().equals("running"))
                .toList();
    }

    public Set<String> runningIds(String name) {
        return running(name).stream().map(Container::getId).collect(Collectors.toSet());
    }

    /** No resource, no container. */
    public void awaitGone(String name) {
        await(namespace + "/" + name + " is gone").untilAsserted(() -> {
            assertThat(get(name)).isNull();
            assertThat(containers(name)).isEmpty();
        });
    }

    /** Deletes all and waits while an operator runs; else call {@link #abandon}. */
    @Override
    public void close() {
        all().delete();
        try {
            await("all of " + namespace + " are deleted")
                    .until(() -> all().list().getItems().isEmpty());
        } finally {
            abandon();
        }
    }

    /**
     * As {@code kubectl patch}: regardless of other writers, its finalizers are removed then, and perhaps the resource
     * itself.
     */
    public void stripFinalizers(String name) {
        try {
            named(name).patch(PatchContext.of(PatchType.JSON_MERGE), "{\"metadata\": {\"finalizers\": null}}");
        } catch (KubernetesClientException refused) {
            if (refused.getCode() != HTTP_NOT_FOUND) {
                throw refused;
            }
        }
    }

    /** Takes finalizers and containers away, without an operator. */
    public void abandon() {
        names().forEach(name -> {
            stripFinalizers(name);
            delete(name);
        });
        Docker.removeAll(Map.of("mayfly.dev/namespace", namespace, "mayfly.dev/kind", HasMetadata.getKind(type)));
    }
}
