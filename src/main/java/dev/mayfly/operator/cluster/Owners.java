package dev.mayfly.operator.cluster;

import dev.mayfly.api.v1alpha1.EphemeralTask;
import dev.mayfly.api.v1alpha1.EphemeralWorkload;
import dev.mayfly.api.v1alpha1.Templated;
import dev.mayfly.core.model.OwnerId;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ListOptionsBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** Owners as resources. Whether one still exists is asked of the API server, not of a cache. */
@ApplicationScoped
public class Owners {
    private static final Map<String, Class<? extends Templated>> KINDS =
            Map.of("EphemeralWorkload", EphemeralWorkload.class, "EphemeralTask", EphemeralTask.class);

    private static final long PAGE = 500;

    private final KubernetesClient client;
    private final ClusterIdentity cluster;

    Owners(KubernetesClient client, ClusterIdentity cluster) {
        this.client = client;
        this.cluster = cluster;
    }

    /** The owner that the labels of the resource's containers name. */
    public static OwnerId of(Templated resource) {
        var metadata = resource.getMetadata();
        return new OwnerId(resource.getKind(), metadata.getNamespace(), metadata.getName(), metadata.getUid());
    }

    public boolean sameCluster() {
        return cluster.holds();
    }

    /** True if no resource has that UID. Always false for a kind that only another version of Mayfly knows. */
    public boolean gone(OwnerId owner) {
        var kind = KINDS.get(owner.kind());
        if (kind == null) {
            return false;
        }
        var found = client.resources(kind)
                .inNamespace(owner.namespace())
                .withName(owner.name())
                .get();
        return found == null || !found.getMetadata().getUid().equals(owner.uid());
    }

    /**
     * The resources that the API server has and a cache lacks. A cache may be empty though it is said to be filled: the
     * framework goes on when the first list fails.
     *
     * @param cached reads the UIDs in the cache, after the API server has answered
     */
    public List<OwnerId> missingFrom(Supplier<Set<String>> cached) {
        var all = new HashMap<String, OwnerId>();
        KINDS.values().forEach(kind -> list(kind, all));
        all.keySet().removeAll(cached.get());
        return List.copyOf(all.values());
    }

    /** Page by page, so that many resources don't take much memory at once. */
    private <T extends Templated> void list(Class<T> kind, Map<String, OwnerId> all) {
        var next = "";
        do {
            var options =
                    new ListOptionsBuilder().withLimit(PAGE).withContinue(next).build();
            var page = client.resources(kind).inAnyNamespace().list(options);
            page.getItems().stream().map(Owners::of).forEach(owner -> all.put(owner.uid(), owner));
            next = page.getMetadata().getContinue();
        } while (next != null && !next.isEmpty());
    }

    /** Names of the CRDs that the cluster lacks; the use of resources by such kinds is unknown. */
    public Set<String> missingCrds() {
        return KINDS.keySet().stream()
                .filter(kind -> crdCreated(kind).isEmpty())
                .map(Owners::crd)
                .collect(Collectors.toSet());
    }

    /** Creation time of the newest of our CRDs; empty if the cluster lacks one. */
    public Optional<Instant> newestCrdCreated() {
        var created = KINDS.keySet().stream().map(this::crdCreated).toList();
        return created.stream().allMatch(Optional::isPresent)
                ? created.stream().flatMap(Optional::stream).max(Comparator.naturalOrder())
                : Optional.empty();
    }

    /** Creation time of the kind's CRD; empty if the cluster lacks it. */
    public Optional<Instant> crdCreated(String kind) {
        var crd = client.apiextensions()
                .v1()
                .customResourceDefinitions()
                .withName(crd(kind))
                .get();
        return Optional.ofNullable(crd)
                .map(found -> Instant.parse(found.getMetadata().getCreationTimestamp()));
    }

    private static String crd(String kind) {
        return HasMetadata.getFullResourceName(KINDS.get(kind));
    }
}
