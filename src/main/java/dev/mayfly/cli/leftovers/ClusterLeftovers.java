package dev.mayfly.cli.leftovers;

import dev.mayfly.runtime.Ownership;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import java.util.Collection;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** Finds Mayfly's objects in a cluster by API group, label, finalizer and the names of the operator's own objects. */
final class ClusterLeftovers {
    private static final String GROUP = "mayfly.dev";
    private static final String FINALIZER = "mayfly.dev/in-use";
    private static final String APP = "app.kubernetes.io/name";
    private static final String NAME = "mayfly";
    private static final String NAMESPACE = "mayfly-system";
    private static final String HASH_KEY = "mayfly-hash-key";

    private final KubernetesClient client;

    ClusterLeftovers(KubernetesClient client) {
        this.client = client;
    }

    void find(Consumer<Leftover> found) {
        var crds = client.apiextensions().v1().customResourceDefinitions().list().getItems().stream()
                .filter(crd -> crd.getSpec().getGroup().equals(GROUP))
                .toList();
        crds.forEach(crd -> addAll(found, resources(crd), "a resource of ours"));
        addAll(found, crds, "a kind of ours");
        copies(found);
        claims(found);
        operator(found);
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

    private void operator(Consumer<Leftover> found) {
        var namespaces = client.namespaces().list().getItems().stream()
                .filter(namespace -> isOperatorNamespace(namespace)
                        || namespace.getMetadata().getName().equals(NAMESPACE))
                .toList();
        var names = namespaces.stream().map(n -> n.getMetadata().getName()).collect(Collectors.toSet());
        var leases = client.leases().inAnyNamespace().list().getItems().stream()
                .filter(lease -> names.contains(lease.getMetadata().getNamespace())
                        || lease.getMetadata().getName().equals(NAME))
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
        addAll(
                found,
                client.apps()
                        .deployments()
                        .inAnyNamespace()
                        .withLabel(APP, NAME)
                        .list()
                        .getItems(),
                "the operator's");
        addAll(found, namespaces, "the operator's");
    }

    private static boolean isOperatorNamespace(HasMetadata object) {
        var labels = object.getMetadata().getLabels();
        return labels != null && NAME.equals(labels.get(APP));
    }

    private static void addAll(Consumer<Leftover> found, Collection<? extends HasMetadata> objects, String note) {
        for (var object : objects) {
            var metadata = object.getMetadata();
            var name = metadata.getNamespace() == null
                    ? metadata.getName()
                    : metadata.getNamespace() + "/" + metadata.getName();
            found.accept(Leftover.inCluster(object.getKind(), name, note));
        }
    }
}
