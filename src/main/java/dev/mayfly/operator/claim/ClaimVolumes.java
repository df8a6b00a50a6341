package dev.mayfly.operator.claim;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.mayfly.operator.claim.Claims.Unusable.Why;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Caches the volumes that claims are bound to and the node that this machine is. They are seldom read, since a claim's
 * resource version reports changes.
 */
@ApplicationScoped
class ClaimVolumes {
    private static final Duration FRESH = Duration.ofSeconds(60);

    private final KubernetesClient client;
    private final EngineNode machine;
    private final Cache<String, Bound> known =
            Caffeine.newBuilder().expireAfterWrite(FRESH).build();
    /** The last answers, for when the API server gives none. */
    private final Map<String, Bound> last = new ConcurrentHashMap<>();

    ClaimVolumes(KubernetesClient client, EngineNode machine) {
        this.client = client;
        this.machine = machine;
    }

    /**
     * @param version resource version of the claim at the time of the lookup
     * @param machine the node that this machine is, or would be
     */
    record Bound(String version, PersistentVolume volume, Node machine) {
        private boolean of(PersistentVolumeClaim claim) {
            return version.equals(claim.getMetadata().getResourceVersion());
        }
    }

    /**
     * A claim that has not changed has the volume that it had, even if the API server does not answer.
     *
     * @throws Claims.Unusable if the volume is gone, or was never read
     */
    Bound lookUp(PersistentVolumeClaim claim) {
        var uid = claim.getMetadata().getUid();
        return Optional.ofNullable(known.getIfPresent(uid))
                .filter(bound -> bound.of(claim))
                .orElseGet(() -> {
                    var bound = readVolume(claim);
                    known.put(uid, bound);
                    last.put(uid, bound);
                    return bound;
                });
    }

    void forget(PersistentVolumeClaim claim) {
        known.invalidate(claim.getMetadata().getUid());
        last.remove(claim.getMetadata().getUid());
    }

    private Bound readVolume(PersistentVolumeClaim claim) {
        var name = claim.getSpec().getVolumeName();
        try {
            var volume = Optional.ofNullable(
                            client.persistentVolumes().withName(name).get())
                    .orElseThrow(() -> new Claims.Unusable(
                            Why.ClaimNotBound,
                            claim.getMetadata().getName(),
                            "its volume " + name + " is gone. Create the claim again."));
            return new Bound(claim.getMetadata().getResourceVersion(), volume, machine.orWouldBe());
        } catch (KubernetesClientException failed) {
            var before = last.get(claim.getMetadata().getUid());
            if (before != null && before.of(claim)) {
                return before;
            }
            throw new Claims.Unusable(
                    Why.ClaimUnreadable,
                    claim.getMetadata().getName(),
                    "its volume " + name + " can't be looked up: " + failed.getMessage()
                            + ". It is retried automatically.");
        }
    }
}
