package dev.mayfly.cli.replicas;

import dev.mayfly.api.v1alpha1.EphemeralTask;
import dev.mayfly.api.v1alpha1.EphemeralWorkload;
import dev.mayfly.core.model.OwnerId;
import dev.mayfly.core.model.ReplicaId;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The cluster's objects about replicas: the findings of their owners, and the Pods that show them. It is read as maps: before the
 * first Pod and workload are read as beans, the JSON library looks at the beans for half a second.
 */
final class KnownResources {
    private static final ResourceDefinitionContext PODS = ResourceDefinitionContext.fromResourceType(Pod.class);

    /** By UID of the owner. */
    private final Map<String, Findings> writes = new HashMap<>();
    /** By namespace and name. */
    private final Map<String, GenericKubernetesResource> pods = new HashMap<>();

    /** Names of owners whose replicas are Pods, which no engine has. */
    private final Set<String> inPods = new HashSet<>();

    /** @param replicas that wrote @param complete true if no other did */
    private record Findings(Set<Object> replicas, boolean complete) {}

    private KnownResources() {}

    /** Pods that may not be listed are none. */
    static KnownResources read(KubernetesClient client) {
        return of(owners(client, EphemeralWorkload.class), owners(client, EphemeralTask.class), pods(client));
    }

    private static List<GenericKubernetesResource> owners(KubernetesClient client, Class<? extends HasMetadata> kind) {
        return client.genericKubernetesResources(ResourceDefinitionContext.fromResourceType(kind))
                .inAnyNamespace()
                .list()
                .getItems();
    }

    private static List<GenericKubernetesResource> pods(KubernetesClient client) {
        try {
            return client.genericKubernetesResources(PODS)
                    .inAnyNamespace()
                    .withLabel("mayfly.dev/owner-uid")
                    .list()
                    .getItems();
        } catch (KubernetesClientException refused) {
            return List.of();
        }
    }

    static KnownResources of(
            Collection<GenericKubernetesResource> workloads,
            Collection<GenericKubernetesResource> tasks,
            Collection<GenericKubernetesResource> pods) {
        var known = new KnownResources();
        workloads.forEach(known::add);
        tasks.forEach(known::add);
        pods.forEach(pod -> known.pods.put(
                pod.getMetadata().getNamespace() + "/" + pod.getMetadata().getName(), pod));
        return known;
    }

    private void add(GenericKubernetesResource owner) {
        if ("Pods".equals(owner.get("status", "runtime"))) {
            inPods.add(owner.getMetadata().getName());
        }
        Map<String, Object> status = owner.get("status", "ephemerality");
        if (status != null) {
            writes.put(owner.getMetadata().getUid(), findings(status));
        }
    }

    private static Findings findings(Map<String, Object> status) {
        var replicas = new HashSet<>();
        if (status.get("findings") instanceof List<?> listed) {
            listed.forEach(finding -> replicas.add(finding instanceof Map<?, ?> map ? map.get("replica") : null));
        }
        return new Findings(
                replicas, !Boolean.TRUE.equals(status.get("truncated")) && status.get("dirtyReplicas") != null);
    }

    /** True if a workload or task of that name runs as Pods. */
    boolean isInPods(String owner) {
        return inPods.contains(owner);
    }

    /** True if any workload or task runs as Pods. */
    boolean hasPods() {
        return !inPods.isEmpty();
    }

    /** The Pod that shows the replica, if it belongs to the same owner. */
    Optional<GenericKubernetesResource> pod(ReplicaId replica) {
        var owner = replica.owner();
        return Optional.ofNullable(pods.get(owner.namespace() + "/" + replica.replica()))
                .filter(pod -> belongsTo(pod, owner));
    }

    private static boolean belongsTo(GenericKubernetesResource pod, OwnerId owner) {
        return pod.getMetadata().getOwnerReferences().stream()
                .anyMatch(reference -> owner.uid().equals(reference.getUid()));
    }

    /** Whether its owner's status lists a write of it; empty where that lists not all. */
    Optional<Boolean> wrote(ReplicaId replica) {
        return Optional.ofNullable(writes.get(replica.owner().uid()))
                .filter(found -> found.complete() || found.replicas().contains(replica.replica()))
                .map(found -> found.replicas().contains(replica.replica()));
    }
}
