package dev.mayfly.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.github.dockerjava.api.model.Container;
import dev.mayfly.api.v1alpha1.EphemeralWorkload;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** The workloads of one namespace, as a person sees them with {@code kubectl} and {@code docker}. */
public final class Workloads implements AutoCloseable {
    private final KubernetesClient client;
    private final String namespace;

    /** In a namespace of its own, which begins with that prefix. */
    public Workloads(String prefix) {
        this(Cluster.client(), Cluster.namespace(prefix));
    }

    public Workloads(KubernetesClient client, String namespace) {
        this.client = client;
        this.namespace = namespace;
    }

    /** Replicas that stay, with a grace of 1 s. */
    public static String manifest(String name, int replicas) {
        return """
                apiVersion: mayfly.dev/v1alpha1
                kind: EphemeralWorkload
                metadata:
                  name: %s
                spec:
                  replicas: %d
                  template:
                    image: busybox:1.36
                    command: [tail, -f, /dev/null]
                    terminationGracePeriodSeconds: 1
                """.formatted(name, replicas);
    }

    public String namespace() {
        return namespace;
    }

    /** As {@code kubectl apply --server-side}; fails where the API server refuses. */
    public GenericKubernetesResource apply(String yaml) {
        return Manifests.apply(client, namespace, yaml);
    }

    public void apply(String name, int replicas) {
        apply(manifest(name, replicas));
    }

    /** Through the scale subresource. */
    public void scale(String name, int replicas) {
        client.resources(EphemeralWorkload.class)
                .inNamespace(namespace)
                .withName(name)
                .scale(replicas);
    }

    /** Returns at once; see {@link #awaitGone}. */
    public void delete(String name) {
        client.resources(EphemeralWorkload.class)
                .inNamespace(namespace)
                .withName(name)
                .delete();
    }

    /** @return null where there is none */
    public EphemeralWorkload get(String name) {
        return client.resources(EphemeralWorkload.class)
                .inNamespace(namespace)
                .withName(name)
                .get();
    }

    public Optional<Condition> condition(String name, String type) {
        var workload = get(name);
        if (workload == null
                || workload.getStatus() == null
                || workload.getStatus().conditions() == null) {
            return Optional.empty();
        }
        return workload.getStatus().conditions().stream()
                .filter(c -> c.getType().equals(type))
                .findFirst();
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

    /** Events about the workload, of that reason. */
    public List<Event> events(String name, String reason) {
        return client.v1().events().inNamespace(namespace).list().getItems().stream()
                .filter(e -> name.equals(e.getInvolvedObject().getName()) && reason.equals(e.getReason()))
                .toList();
    }

    /** The engine's containers of that workload, in whatever state. */
    public List<Container> containers(String name) {
        return Docker.containers(Map.of("mayfly.dev/namespace", namespace, "mayfly.dev/name", name));
    }

    public List<Container> running(String name) {
        return containers(name).stream()
                .filter(c -> c.getState().equals("running"))
                .toList();
    }

    public Set<String> runningIds(String name) {
        return running(name).stream().map(Container::getId).collect(Collectors.toSet());
    }

    /** Exactly that many on the engine, nothing besides, and the status says so. */
    public void awaitRunning(String name, int replicas) {
        await(namespace + "/" + name + " has " + replicas + " replicas")
                .atMost(Duration.ofSeconds(60))
                .untilAsserted(() -> {
                    assertThat(containers(name))
                            .hasSize(replicas)
                            .allMatch(c -> c.getState().equals("running"));
                    assertThat(get(name).getStatus())
                            .isNotNull()
                            .matches(
                                    s -> s.readyReplicas() == replicas && s.replicas() == replicas,
                                    "counts " + replicas);
                });
    }

    /** No resource, no container. */
    public void awaitGone(String name) {
        await(namespace + "/" + name + " is gone")
                .atMost(Duration.ofSeconds(60))
                .untilAsserted(() -> {
                    assertThat(get(name)).isNull();
                    assertThat(containers(name)).isEmpty();
                });
    }

    /** Deletes all and waits while an operator runs; else call {@link #abandon}. */
    @Override
    public void close() {
        var all = client.resources(EphemeralWorkload.class).inNamespace(namespace);
        all.delete();
        try {
            await().atMost(Duration.ofSeconds(30))
                    .until(() -> all.list().getItems().isEmpty());
        } finally {
            abandon();
        }
    }

    /** Takes finalizers and containers away, without an operator. */
    public void abandon() {
        var all = client.resources(EphemeralWorkload.class).inNamespace(namespace);
        all.list().getItems().forEach(workload -> {
            all.withName(workload.getMetadata().getName()).edit(w -> {
                w.getMetadata().setFinalizers(List.of());
                return w;
            });
            all.withName(workload.getMetadata().getName()).delete();
        });
        Docker.removeAll(Map.of("mayfly.dev/namespace", namespace));
    }
}
