package dev.mayfly.cli;

import dev.mayfly.api.v1alpha1.EphemeralTask;
import dev.mayfly.api.v1alpha1.EphemeralWorkload;
import dev.mayfly.api.v1alpha1.Templated;
import dev.mayfly.cli.Complaint.Refusal;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.Resource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options with which a command finds one workload or task, as kubectl does. */
public final class ResourceOption {
    private static final Set<String> WORKLOAD = Set.of("ew", "ephemeralworkload", "ephemeralworkloads", "workload");
    private static final Set<String> TASK = Set.of("et", "ephemeraltask", "ephemeraltasks", "task");

    @Option(
            names = {"-n", "--namespace"},
            paramLabel = "NAMESPACE",
            description = "The Kubernetes namespace. Default: that of the kubeconfig's context, else default.")
    private Optional<String> namespace = Optional.empty();

    @Mixin
    private ClusterOption clusterAt;

    /** @throws Refusal if no cluster is named, or it does not answer */
    public KubernetesClient connect() {
        return clusterAt.require();
    }

    /**
     * These options for what a manifest describes: it is in the namespace that the manifest names, as with kubectl.
     *
     * @param named the manifest's {@code metadata.namespace}; empty: that of these options is meant
     * @throws Refusal if {@code --namespace} is another one
     */
    public ResourceOption ofManifest(Optional<String> named) {
        if (namespace.isPresent() && named.isPresent() && !named.equals(namespace)) {
            throw new Refusal("The manifest's namespace is '" + Printable.of(named.get()) + "', and --namespace is '"
                    + Printable.of(namespace.get()) + "': leave out one of them");
        }
        var option = new ResourceOption();
        option.namespace = named.or(() -> namespace);
        option.clusterAt = clusterAt;
        return option;
    }

    /** The namespace that is meant. */
    public String namespace(KubernetesClient client) {
        return namespace
                .or(() -> Optional.ofNullable(client.getNamespace()))
                .filter(name -> !name.isEmpty())
                .orElse("default");
    }

    /**
     * The workload of that name.
     *
     * @param argument {@code web} or {@code ew/web}
     * @throws Refusal if the argument names another kind
     */
    public Resource<EphemeralWorkload> workload(KubernetesClient client, String argument) {
        var name = Name.parse(argument);
        if (!name.kinds().contains(Kind.WORKLOAD)) {
            throw new Refusal("'" + Printable.of(argument) + "' is a task: name a workload, as ew/NAME");
        }
        return client.resources(EphemeralWorkload.class)
                .inNamespace(namespace(client))
                .withName(name.name());
    }

    /** @throws Refusal with what to do where there is no such workload */
    public EphemeralWorkload requireWorkload(KubernetesClient client, String argument) {
        return Optional.ofNullable(workload(client, argument).get()).orElseThrow(() -> missing(client, argument));
    }

    /**
     * The workload, else the task of that name.
     *
     * @param argument {@code web}, or with its kind: {@code ew/web}, {@code task/hello}
     * @throws Refusal where there is none
     */
    public Templated require(KubernetesClient client, String argument) {
        var name = Name.parse(argument);
        for (var kind : name.kinds()) {
            var found = client.resources(kind.type)
                    .inNamespace(namespace(client))
                    .withName(name.name())
                    .get();
            if (found != null) {
                return found;
            }
        }
        throw missing(client, argument);
    }

    private Refusal missing(KubernetesClient client, String argument) {
        return new Refusal("Namespace " + Printable.of(namespace(client)) + " has no " + Printable.of(argument)
                + ": kubectl get ew,et -A lists what there is");
    }

    private enum Kind {
        WORKLOAD(EphemeralWorkload.class),
        TASK(EphemeralTask.class);

        private final Class<? extends Templated> type;

        Kind(Class<? extends Templated> type) {
            this.type = type;
        }
    }

    /** @param kinds those that may be meant, in the order in which they are looked for */
    private record Name(List<Kind> kinds, String name) {
        static Name parse(String argument) {
            var slash = argument.indexOf('/');
            var name = argument.substring(slash + 1);
            if (name.isEmpty() || name.indexOf('/') >= 0) {
                throw wrong(argument);
            }
            if (slash < 0) {
                return new Name(List.of(Kind.values()), name);
            }
            var kind = argument.substring(0, slash);
            if (WORKLOAD.contains(kind)) {
                return new Name(List.of(Kind.WORKLOAD), name);
            }
            if (TASK.contains(kind)) {
                return new Name(List.of(Kind.TASK), name);
            }
            throw wrong(argument);
        }

        private static Refusal wrong(String argument) {
            return new Refusal(
                    "'" + Printable.of(argument) + "' names no workload or task: write NAME, ew/NAME or task/NAME");
        }
    }
}
