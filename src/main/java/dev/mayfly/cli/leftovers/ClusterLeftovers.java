package dev.mayfly.cli.leftovers;

import dev.mayfly.operator.cluster.ClusterIdentity;
import dev.mayfly.runtime.Ownership;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import java.time.InstantSource;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Finds Mayfly's objects in a cluster by API group, label, finalizer and the names of the operator's own objects. */
final class ClusterLeftovers {
    private static final String GROUP = "mayfly.dev";
    private static final String FINALIZER = "mayfly.dev/in-use";
    private static final String APP = "app.kubernetes.io/name";
    private static final String NAME = "mayfly";
    private static final String NAMESPACE = "mayfly-system";
    private static final String HASH_KEY = "mayfly-hash-key";

    private final KubernetesClient client;
    private final InstantSource clock;

    ClusterLeftovers(KubernetesClient client, InstantSource clock) {
        this.client = client;
        this.clock = clock;
    }

    /** @return what decides which of these, and of those on engine and machine, are orphans */
    Judge find(Consumer<Leftover> found) {
        var crds = client.apiextensions().v1().customResourceDefinitions().list().getItems().stream()
                .filter(crd -> crd.getSpec().getGroup().equals(GROUP))
                .toList();
        var resources = crds.stream().flatMap(crd -> resources(crd).stream()).toList();
        addAll(found, resources, "a resource of ours");
        addAll(found, crds, "a kind of ours");
        copies(found);
        claims(found);
        var served = operator(found);
        return new Judge(
                clusters(),
                served,
                resources.stream()
                        .map(resource -> resource.getMetadata().getUid())
                        .collect(Collectors.toSet()),
                resources.stream()
                        .map(resource -> namespace(resource.getMetadata()))
                        .collect(Collectors.toSet()));
    }

    /** That of an installation of the default name, and those in the labels of Leases and of records of pulls. */
    private Set<String> clusters() {
        var ids = Stream.of(client.leases(), client.configMaps())
                .flatMap(kind -> kind.inAnyNamespace().withLabel(Ownership.CLUSTER).list().getItems().stream())
                .map(object -> object.getMetadata().getLabels().get(Ownership.CLUSTER))
                .collect(Collectors.toCollection(HashSet::new));
        var system = client.namespaces().withName("kube-system").get();
        if (system != null) {
            ids.add(ClusterIdentity.of(system.getMetadata().getUid(), NAME));
        }
        return ids;
    }

    private List<? extends HasMetadata> resources(CustomResourceDefinition crd) {
        var kind = new ResourceDefinitionContext.Builder()
                .withGroup(GROUP)
                .withVersion(crd.getSpec().getVersions().getFirst().getName())
                .withKind(crd.getSpec().getNames().getKind())
                .withPlural(crd.getSpec().getNames().getPlural())
                .withNamespaced("Namespaced".equals(crd.getSpec().getScope()))
                .build();
        return kind.isNamespaceScoped()
                ? client.genericKubernetesResources(kind)
                        .inAnyNamespace()
                        .list()
                        .getItems()
                : client.genericKubernetesResources(kind).list().getItems();
    }

    /** Revisions of workloads and the copies of content that their replicas read. Tasks have neither. */
    private void copies(Consumer<Leftover> found) {
        var owner = Ownership.OWNER_UID;
        addAll(
                found,
                client.apps()
                        .controllerRevisions()
                        .inAnyNamespace()
                        .withLabel(owner)
                        .list()
                        .getItems(),
                "a revision of a workload");
        addAll(
                found,
                client.configMaps().inAnyNamespace().withLabel(owner).list().getItems(),
                "a revision's copy");
        addAll(found, client.secrets().inAnyNamespace().withLabel(owner).list().getItems(), "a revision's copy");
    }

    private void claims(Consumer<Leftover> found) {
        var held = client.persistentVolumeClaims().inAnyNamespace().list().getItems().stream()
                .filter(claim -> claim.getMetadata().getFinalizers().contains(FINALIZER))
                .toList();
        addAll(found, held, "has our finalizer " + FINALIZER);
    }

    /** @return true if there is an operator */
    private boolean operator(Consumer<Leftover> found) {
        var namespaces = client.namespaces().list().getItems().stream()
                .filter(namespace -> isOperatorNamespace(namespace)
                        || namespace.getMetadata().getName().equals(NAMESPACE))
                .toList();
        var names = namespaces.stream().map(n -> n.getMetadata().getName()).collect(Collectors.toSet());
        var leases = client.leases().inAnyNamespace().list().getItems().stream()
                .filter(lease -> names.contains(lease.getMetadata().getNamespace())
                        || lease.getMetadata().getName().equals(NAME)
                        || hasLabel(lease, Ownership.CLUSTER))
                .toList();
        addAll(found, leases, "the operator's");
        var secrets = client.secrets().inAnyNamespace().withField("metadata.name", HASH_KEY);
        addAll(found, secrets.list().getItems(), "the operator's");
        var maps = client.configMaps().inAnyNamespace().withLabel(Ownership.CLUSTER);
        addAll(found, maps.list().getItems(), "the operator's");
        var rbac = client.rbac();
        addAll(found, rbac.clusterRoles().withLabel(APP, NAME).list().getItems(), "the operator's");
        addAll(found, rbac.clusterRoleBindings().withLabel(APP, NAME).list().getItems(), "the operator's");
        addAll(found, rbac.roles().inAnyNamespace().withLabel(APP, NAME).list().getItems(), "the operator's");
        addAll(
                found,
                rbac.roleBindings().inAnyNamespace().withLabel(APP, NAME).list().getItems(),
                "the operator's");
        addAll(
                found,
                client.serviceAccounts()
                        .inAnyNamespace()
                        .withLabel(APP, NAME)
                        .list()
                        .getItems(),
                "the operator's");
        var deployments = client.apps()
                .deployments()
                .inAnyNamespace()
                .withLabel(APP, NAME)
                .list()
                .getItems();
        addAll(found, deployments, "the operator's");
        addAll(found, namespaces, "the operator's");
        return !deployments.isEmpty() || leases.stream().anyMatch(this::isHeld);
    }

    private boolean isHeld(Lease lease) {
        var spec = lease.getSpec();
        return spec.getHolderIdentity() != null
                && !spec.getHolderIdentity().isEmpty()
                && spec.getRenewTime() != null
                && spec.getLeaseDurationSeconds() != null
                && spec.getRenewTime()
                        .toInstant()
                        .plusSeconds(spec.getLeaseDurationSeconds())
                        .isAfter(clock.instant());
    }

    private static boolean isOperatorNamespace(HasMetadata object) {
        var labels = object.getMetadata().getLabels();
        return labels != null && NAME.equals(labels.get(APP));
    }

    private static boolean hasLabel(HasMetadata object, String label) {
        var labels = object.getMetadata().getLabels();
        return labels != null && labels.containsKey(label);
    }

    private static void addAll(Consumer<Leftover> found, Collection<? extends HasMetadata> objects, String note) {
        for (var object : objects) {
            var metadata = object.getMetadata();
            var labels = Optional.ofNullable(metadata.getLabels()).orElse(Map.of());
            found.accept(Leftover.inCluster(object.getKind(), namespace(metadata), metadata.getName(), note)
                    .ownedBy(labels.getOrDefault(Ownership.OWNER_UID, "")));
        }
    }

    private static String namespace(ObjectMeta metadata) {
        return Optional.ofNullable(metadata.getNamespace()).orElse("");
    }
}
