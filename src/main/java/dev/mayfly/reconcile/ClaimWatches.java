package dev.mayfly.reconcile;

import dev.mayfly.model.OwnerId;
import io.fabric8.kubernetes.client.KubernetesClient;
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
    private final Resources resources;

    ClaimWatches(KubernetesClient client, Resources resources) {
        this.client = client;
        this.resources = resources;
    }

    private record Followed(WatchedClaim claim, Set<OwnerId> users) {}

    /** From now on the workload refers to these claims and no others. */
    synchronized Map<ClaimKey, WatchedClaim> follow(OwnerId workload, Set<ClaimKey> claims) {
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

    private static boolean leave(Followed entry, OwnerId workload) {
        var last = entry.users().remove(workload) && entry.users().isEmpty();
        if (last) {
            entry.claim().close();
        }
        return last;
    }

    private void changed(ClaimKey key) {
        users(key).forEach(resources::wake);
    }

    private synchronized List<OwnerId> users(ClaimKey key) {
        var entry = followed.get(key);
        return entry == null ? List.of() : List.copyOf(entry.users());
    }

    @PreDestroy
    synchronized void close() {
        followed.values().forEach(entry -> entry.claim().close());
    }
}
