package dev.mayfly.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mayfly.api.v1alpha1.EphemeralWorkload;
import dev.mayfly.api.v1alpha1.EphemeralWorkloadStatus.TerminationStatus;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Duration;
import java.util.List;

/** The workloads of one namespace. */
public final class Workloads extends Resources<EphemeralWorkload> {

    /** In a namespace of its own, which begins with that prefix. */
    public Workloads(String prefix) {
        this(Cluster.client(), Cluster.namespace(prefix));
    }

    public Workloads(KubernetesClient client, String namespace) {
        super(client, namespace, EphemeralWorkload.class);
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

    /** The same without a network, which costs the engine half as much time again: for tests that are about something else. */
    public static String isolated(String name, int replicas) {
        return manifest(name, replicas).replace("    image:", "    network: None\n    image:");
    }

    /** The last terminations in its status; empty where it has no status yet. */
    public List<TerminationStatus> terminations(String name) {
        var status = get(name).getStatus();
        return status == null || status.lastTerminations() == null ? List.of() : status.lastTerminations();
    }

    @Override
    List<Condition> conditions(EphemeralWorkload workload) {
        return workload.getStatus() == null ? null : workload.getStatus().conditions();
    }

    public void apply(String name, int replicas) {
        apply(manifest(name, replicas));
    }

    /** Through the scale subresource. */
    public void scale(String name, int replicas) {
        named(name).scale(replicas);
    }

    /** Exactly that many on the engine, nothing besides, and the status says so. */
    public void awaitRunning(String name, int replicas) {
        await(namespace() + "/" + name + " has " + replicas + " replicas")
                .atMost(Duration.ofSeconds(180 + 2L * replicas)) // a busy machine starts one in a second
                .untilAsserted(() -> {
                    assertThat(containers(name))
                            .hasSize(replicas)
                            .allMatch(c -> c.getState().equals("running"));
                    assertThat(get(name).getStatus())
                            .isNotNull()
                            .matches(
                                    s -> Integer.valueOf(replicas).equals(s.readyReplicas())
                                            && s.replicas() == replicas,
                                    "counts " + replicas);
                });
    }
}
