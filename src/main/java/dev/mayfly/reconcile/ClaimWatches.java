package dev.mayfly.reconcile;

import dev.mayfly.api.v1alpha1.EphemeralWorkload;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.javaoperatorsdk.operator.processing.event.source.inbound.SimpleInboundEventSource;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Watches the claims that workloads refer to, each by its name for as long as somebody does, and wakes those. */
@ApplicationScoped
class ClaimWatches {
    private final KubernetesClient client;
    private final Map<ClaimKey, Followed> followed = new HashMap<>();
    private final SimpleInboundEventSource<EphemeralWorkload> source = new SimpleInboundEventSource<>("claims");

    ClaimWatches(KubernetesClient client) {
        this.client = client;
    }

    private record Followed(WatchedClaim claim, Set<ResourceID> users) {}

    EventSource<Void, EphemeralWorkload> source() {
        return source;
    }

    /** From now on the workload refers to these claims and no others. */
    synchronized Map<ClaimKey, WatchedClaim> follow(ResourceID workload, Set<ClaimKey> claims) {
        var watched = new HashMap<ClaimKey, WatchedClaim>();
        for (var key : claims) {
            var entry = followed.computeIfAbsent(
                    key, k -> new Followed(new WatchedClaim(client, k, () -> changed(k)), new HashSet<>()));
            entry.users().add(workload);
            watched.put(key, entry.claim());
        }
        followed.entrySet().removeIf(entry -> !claims.contains(entry.getKey()) && leave(entry.getValue(), workload));
        return watched;
    }

    private static boolean leave(Followed entry, ResourceID workload) {
        var last = entry.users().remove(workload) && entry.users().isEmpty();
        if (last) {
            entry.claim().close();
        }
        return last;
    }

    private void changed(ClaimKey key) {
        users(key).forEach(source::propagateEvent);
    }

    private synchronized List<ResourceID> users(ClaimKey key) {
        var entry = followed.get(key);
        return entry == null ? List.of() : List.copyOf(entry.users());
    }

    @PreDestroy
    synchronized void close() {
        followed.values().forEach(entry -> entry.claim().close());
    }
}
