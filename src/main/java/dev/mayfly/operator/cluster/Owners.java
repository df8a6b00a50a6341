package dev.mayfly.operator.cluster;

import static java.net.HttpURLConnection.HTTP_FORBIDDEN;

import dev.mayfly.api.v1alpha1.EphemeralTask;
import dev.mayfly.api.v1alpha1.EphemeralWorkload;
import dev.mayfly.api.v1alpha1.Templated;
import dev.mayfly.core.model.OwnerId;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.KubernetesResourceList;
import io.fabric8.kubernetes.api.model.ListOptionsBuilder;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.Listable;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Owners as resources. Whether one still exists is asked of the API server, not of a cache. */
@ApplicationScoped
public class Owners {
    private static final Map<String, Class<? extends Templated>> KINDS =
            Map.of("EphemeralWorkload", EphemeralWorkload.class, "EphemeralTask", EphemeralTask.class);

    /** A resource may have 0.5 MB, and takes a multiple of that while it is read. */
    private static final long PAGE = 20;

    private final KubernetesClient client;
    private final ClusterIdentity cluster;

    public Owners(KubernetesClient client, ClusterIdentity cluster) {
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

    /**
     * True if no resource has that UID. False if that is not known: of a kind that only another version of Mayfly knows, and in
     * a namespace in which the operator may read none, since it serves others.
     */
    public boolean gone(OwnerId owner) {
        var kind = KINDS.get(owner.kind());
        if (kind == null) {
            return false;
        }
        try {
            var found = client.resources(kind)
                    .inNamespace(owner.namespace())
                    .withName(owner.name())
                    .get();
            return found == null || !found.getMetadata().getUid().equals(owner.uid());
        } catch (KubernetesClientException failed) {
            if (failed.getCode() != HTTP_FORBIDDEN) {
                throw failed;
            }
            return false;
        }
    }

    /**
     * The resources that the API server had a moment ago in the namespaces that are watched, and that the caches lack now.
     */
    Set<OwnerId> missingFrom(ResourceCaches caches) {
        var missing = new HashSet<OwnerId>();
        KINDS.forEach(
                (name, kind) -> lists(kind, caches.namespaces(name)).forEach(list -> addPageByPage(list, missing)));
        caches.list().map(Owners::of).forEach(missing::remove);
        return missing;
    }

    /** @param namespaces empty: all */
    private <T extends Templated> Stream<Listable<KubernetesResourceList<T>>> lists(
            Class<T> kind, Set<String> namespaces) {
        var resources = client.resources(kind);
        return namespaces.isEmpty()
                ? Stream.of(resources.inAnyNamespace())
                : namespaces.stream().map(resources::inNamespace);
    }

    /** Many resources don't take much memory at once. */
    private static <T extends Templated> void addPageByPage(
            Listable<KubernetesResourceList<T>> resources, Set<OwnerId> owners) {
        var next = "";
        do {
            var page = resources.list(
                    new ListOptionsBuilder().withLimit(PAGE).withContinue(next).build());
            page.getItems().stream().map(Owners::of).forEach(owners::add);
            next = page.getMetadata().getContinue();
        } while (next != null && !next.isEmpty());
    }

    /** Names of the CRDs that the cluster lacks; the use of resources by such kinds is unknown. */
    public Set<String> missingCrds() {
        return KINDS.keySet().stream()
                .filter(kind -> crd(kind).isEmpty())
                .map(Owners::crdName)
                .collect(Collectors.toSet());
    }

    /** The CRDs of all kinds, as the API server has them now. */
    public Crds crds() {
        var created = new HashMap<String, Instant>();
        KINDS.keySet()
                .forEach(kind -> crd(kind)
                        .map(CustomResourceDefinition::getMetadata)
                        .filter(metadata -> metadata.getDeletionTimestamp() == null)
                        .ifPresent(metadata -> created.put(kind, Instant.parse(metadata.getCreationTimestamp()))));
        return new Crds(created);
    }

    private Optional<CustomResourceDefinition> crd(String kind) {
        return Optional.ofNullable(client.apiextensions()
                .v1()
                .customResourceDefinitions()
                .withName(crdName(kind))
                .get());
    }

    private static String crdName(String kind) {
        return HasMetadata.getFullResourceName(KINDS.get(kind));
    }

    /**
     * The CRDs at one moment.
     *
     * @param created creation times by kind. A CRD that is being deleted is left out, since it takes its resources along
     */
    public record Crds(Map<String, Instant> created) {
        public Crds {
            created = Map.copyOf(created);
        }

        /** Creation time of the kind's CRD; empty if there is none. */
        public Optional<Instant> of(String kind) {
            return Optional.ofNullable(created.get(kind));
        }

        /** Creation time of the newest; empty if one is missing. */
        public Optional<Instant> newest() {
            return created.keySet().containsAll(KINDS.keySet())
                    ? created.values().stream().max(Comparator.naturalOrder())
                    : Optional.empty();
        }
    }
}
