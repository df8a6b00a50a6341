package dev.mayfly.operator.claim;

import static java.net.HttpURLConnection.HTTP_CONFLICT;
import static java.net.HttpURLConnection.HTTP_NOT_FOUND;

import com.google.common.util.concurrent.Striped;
import dev.mayfly.core.model.OwnerId;
import dev.mayfly.operator.cluster.ClusterIdentity;
import dev.mayfly.runtime.Runtimes;
import io.fabric8.kubernetes.api.model.ListOptions;
import io.fabric8.kubernetes.api.model.ListOptionsBuilder;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimBuilder;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimList;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.Listable;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Lock;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Records which workloads' replicas mount, or are about to mount, which claims, and protects a claim from its first use
 * until after its last.
 *
 * <p>A workload first records its use. It then adds the finalizer under the claim's lock, unless it is known to be there;
 * a workload that releases a claim checks for other users under the same lock. So a workload waits for another one only
 * if they share a claim whose finalizer is being added or removed.
 */
@ApplicationScoped
public class ClaimHolds {
    /** Read from the API server's watch cache. A stale list is sufficient: the next sweep releases the rest. */
    private static final ListOptions FROM_MEMORY =
            new ListOptionsBuilder().withResourceVersion("0").build();

    private final KubernetesClient client;
    private final ClaimFinalizer finalizer;
    private final Runtimes runtimes;
    private final ClaimVolumes volumes;
    /** By the workload's UID. Workloads that have not been reconciled yet are missing. */
    private final Map<String, Set<ClaimKey>> users = new ConcurrentHashMap<>();
    /** UIDs of claims that are known to have the finalizer. */
    private final Set<String> kept = ConcurrentHashMap.newKeySet();
    /** Held during requests to the API server about a claim. */
    private final Striped<Lock> byClaim = Striped.lazyWeakLock(Integer.MAX_VALUE);

    ClaimHolds(KubernetesClient client, ClaimFinalizer finalizer, Runtimes runtimes, ClaimVolumes volumes) {
        this.client = client;
        this.finalizer = finalizer;
        this.runtimes = runtimes;
        this.volumes = volumes;
    }

    /** Replaces the claims that the workload uses; none of its replicas mounts any other. */
    void use(OwnerId owner, Map<ClaimKey, PersistentVolumeClaim> claims) {
        var before = Optional.ofNullable(users.put(owner.uid(), Set.copyOf(claims.keySet())));
        for (var claim : claims.values()) {
            if (claim.getMetadata().getDeletionTimestamp() == null && !isKept(claim)) {
                alone(ClaimKey.of(claim), () -> keep(claim));
            }
        }
        before.ifPresent(last ->
                last.stream().filter(key -> !claims.containsKey(key)).toList().forEach(this::removeHold));
    }

    /**
     * Releases the claims of a workload whose replicas are gone.
     *
     * @param mayUse all claims that it may have used
     */
    void leave(OwnerId owner, Set<ClaimKey> mayUse) {
        var all = new HashSet<>(mayUse);
        Optional.ofNullable(users.remove(owner.uid())).ifPresent(all::addAll);
        all.forEach(this::removeHold);
    }

    /**
     * Releases unused claims, for workloads that vanished without being cleaned up.
     *
     * @param workloads UIDs of the existing workloads; read after the users, so that no workload that started in the
     * meantime is missing
     * @param namespaces whose claims are looked at; empty: all
     */
    public void sweep(Supplier<Set<String>> workloads, Set<String> namespaces) {
        var vanished = new HashSet<>(users.keySet());
        vanished.removeAll(workloads.get());
        owners().map(OwnerId::uid).forEach(vanished::remove);
        users.keySet().removeAll(vanished);
        listed(namespaces)
                .flatMap(claims -> claims.list(FROM_MEMORY).getItems().stream())
                .filter(finalizer::isOn)
                .forEach(claim -> alone(ClaimKey.of(claim), () -> releaseIfUnused(claim)));
    }

    private Stream<Listable<PersistentVolumeClaimList>> listed(Set<String> namespaces) {
        var claims = client.persistentVolumeClaims();
        return namespaces.isEmpty()
                ? Stream.of(claims.inAnyNamespace())
                : namespaces.stream().map(claims::inNamespace);
    }

    private void alone(ClaimKey key, Runnable change) {
        var lock = byClaim.get(key);
        lock.lock();
        try {
            change.run();
        } finally {
            lock.unlock();
        }
    }

    private void keep(PersistentVolumeClaim claim) {
        if (!isKept(claim)) {
            finalizer.put(claim);
            kept.add(claim.getMetadata().getUid());
        }
    }

    /** Checked after the use was recorded: if it is true, a release that begins later finds that use. */
    private synchronized boolean isKept(PersistentVolumeClaim claim) {
        return kept.contains(claim.getMetadata().getUid());
    }

    /** False if the claim is in use. Otherwise workloads that use it from now on wait for its lock. */
    private synchronized boolean beginRelease(PersistentVolumeClaim claim) {
        if (used(ClaimKey.of(claim))) {
            return false;
        }
        kept.remove(claim.getMetadata().getUid());
        return true;
    }

    private void removeHold(ClaimKey key) {
        alone(key, () -> removeHoldExclusively(key));
    }

    private void removeHoldExclusively(ClaimKey key) {
        if (used(key)) {
            return;
        }
        Optional.ofNullable(client.persistentVolumeClaims()
                        .inNamespace(key.namespace())
                        .withName(key.name())
                        .get())
                .filter(finalizer::isOn)
                .ifPresent(this::releaseIfUnused);
    }

    private void releaseIfUnused(PersistentVolumeClaim claim) {
        if (beginRelease(claim)) {
            finalizer.remove(claim);
            volumes.forget(claim);
        }
    }

    /**
     * Workloads with replicas in that namespace that have not been reconciled yet, or have vanished, may use it as
     * well.
     */
    private boolean used(ClaimKey key) {
        return users.values().stream().anyMatch(claims -> claims.contains(key))
                || owners().anyMatch(
                                owner -> owner.namespace().equals(key.namespace()) && !users.containsKey(owner.uid()));
    }

    /** Owners that have containers. */
    private Stream<OwnerId> owners() {
        return runtimes.all().stream().flatMap(runtime -> runtime.owners().stream());
    }

    /** Identifies a PersistentVolumeClaim. */
    record ClaimKey(String namespace, String name) {

        static ClaimKey of(PersistentVolumeClaim claim) {
            return new ClaimKey(
                    claim.getMetadata().getNamespace(), claim.getMetadata().getName());
        }
    }

    /**
     * The finalizer that protects a claim, and with it the data, while replicas mount it: Kubernetes' own protection
     * considers Pods only. It is applied under a field manager of this installation, so each of two installations removes
     * only the finalizer that it added.
     */
    @ApplicationScoped
    static class ClaimFinalizer {
        static final String NAME = "mayfly.dev/in-use";

        private final KubernetesClient client;
        private final String manager;

        ClaimFinalizer(KubernetesClient client, ClusterIdentity cluster) {
            this.client = client;
            this.manager = "mayfly-in-use-" + cluster.id();
        }

        /**
         * Idempotent.
         *
         * @throws KubernetesClientException also if the claim was replaced by another one of the same name
         */
        void put(PersistentVolumeClaim claim) {
            apply(claim.getMetadata(), List.of(NAME));
        }

        /** Idempotent. Does nothing if the claim is gone. */
        void remove(PersistentVolumeClaim claim) {
            try {
                apply(claim.getMetadata(), List.of());
            } catch (KubernetesClientException failed) {
                if (failed.getCode() != HTTP_NOT_FOUND && failed.getCode() != HTTP_CONFLICT) {
                    throw failed;
                }
            }
        }

        /** True if this installation added it. */
        boolean isOn(PersistentVolumeClaim claim) {
            var metadata = claim.getMetadata();
            return metadata.getFinalizers().contains(NAME)
                    && metadata.getManagedFields().stream().anyMatch(field -> manager.equals(field.getManager()));
        }

        /**
         * The UID ensures that a claim of the same name created in the meantime is not changed, and that no claim is
         * created.
         */
        private void apply(ObjectMeta metadata, List<String> finalizers) {
            var claim = new PersistentVolumeClaimBuilder()
                    .withNewMetadata()
                    .withName(metadata.getName())
                    .withNamespace(metadata.getNamespace())
                    .withUid(metadata.getUid())
                    .withFinalizers(finalizers)
                    .endMetadata()
                    .build();
            client.resource(claim).fieldManager(manager).forceConflicts().serverSideApply();
        }
    }
}
