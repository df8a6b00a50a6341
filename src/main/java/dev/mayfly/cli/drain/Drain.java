package dev.mayfly.cli.drain;

import dev.mayfly.api.v1alpha1.EphemeralTask;
import dev.mayfly.api.v1alpha1.EphemeralWorkload;
import dev.mayfly.cli.ClusterOption;
import dev.mayfly.cli.Complaint.Refusal;
import dev.mayfly.cli.Exit;
import dev.mayfly.cli.Printable;
import dev.mayfly.cli.ProgressLine;
import dev.mayfly.cli.Timeouts;
import dev.mayfly.node.registration.RetiredNodes;
import dev.mayfly.operator.cluster.ClusterIdentity;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.KubernetesResourceList;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.AnyNamespaceOperation;
import java.net.HttpURLConnection;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code mayfly drain}. */
@Command(
        name = "drain",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        header = "Delete all workloads and tasks, and wait until nothing is left of them.",
        description = "For the end of an installation, while its operator still runs: without it nothing removes their"
                + " containers. The chart does it, or refuses, before it is uninstalled.",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:there is no workload and no task",
            "1:there are some, or not all were gone in time",
            "2:wrong command line"
        })
public final class Drain implements Callable<Integer> {
    /** Of resources that a message names. */
    private static final int NAMED = 5;

    @Spec
    private CommandSpec spec;

    @Option(names = "--check", description = "Delete nothing; fail if there are any.")
    private boolean check;

    @Option(
            names = {"-n", "--namespace"},
            paramLabel = "NAME",
            description = "Only in this namespace. May be repeated. Default: all namespaces.")
    private List<String> namespaces = List.of();

    @Option(
            names = "--virtual-node",
            paramLabel = "INSTALLATION",
            description =
                    "Delete the virtual node of this installation and nothing else. For afterwards: an operator that"
                            + " still runs makes it again.")
    private Optional<String> installation = Optional.empty();

    @Option(
            names = "--timeout",
            paramLabel = "TIME",
            defaultValue = "2m",
            converter = Timeouts.class,
            description = "How long to wait until nothing is left, such as 30s or 5m. Default: 2m.")
    private Duration timeout;

    @Mixin
    private ClusterOption cluster;

    @Override
    public Integer call() {
        try (var client = cluster.require()) {
            if (installation.isPresent()) {
                deleteVirtualNode(client, installation.get());
                return Exit.DONE;
            }
            var end = System.nanoTime() + timeout.toNanos();
            var kinds = kinds(client);
            var found = kinds.stream().flatMap(kind -> kind.list().stream()).toList();
            if (found.isEmpty()) {
                spec.commandLine().getOut().println("There is no workload and no task.");
                return Exit.DONE;
            }
            if (check) {
                throw new Refusal(names(found)
                        + " would lose the operator that removes their containers. Delete them, and try again: "
                        + deletion());
            }
            try (var progress = ProgressLine.of(spec.commandLine(), "waiting until all is gone")) {
                found.forEach(resource -> client.resource(resource).delete());
                kinds.stream()
                        .filter(kind -> !kind.list().isEmpty())
                        .forEach(kind -> kind.awaitEnd(end - System.nanoTime()));
            }
            spec.commandLine().getOut().println("Gone: " + names(found));
            return Exit.DONE;
        }
    }

    /** What deletes the resources of these namespaces and of no others, which other installations may serve. */
    private String deletion() {
        return namespaces.isEmpty()
                ? "kubectl delete ew,et --all --all-namespaces"
                : namespaces.stream()
                        .map(name -> "kubectl delete ew,et --all -n " + Printable.of(name))
                        .collect(Collectors.joining("; "));
    }

    private void deleteVirtualNode(KubernetesClient client, String installation) {
        var system = client.namespaces().withName("kube-system").require();
        new RetiredNodes(client, ClusterIdentity.of(system.getMetadata().getUid(), installation)).delete("");
        spec.commandLine()
                .getOut()
                .println("No virtual node of installation " + Printable.of(installation) + " is left.");
    }

    private List<Kind<?>> kinds(KubernetesClient client) {
        return Stream.of(EphemeralWorkload.class, EphemeralTask.class)
                .<Kind<?>>flatMap(kind -> in(client, kind))
                .toList();
    }

    private <T extends HasMetadata> Stream<Kind<T>> in(KubernetesClient client, Class<T> kind) {
        var resources = client.resources(kind);
        return namespaces.isEmpty()
                ? Stream.of(new Kind<>(resources.inAnyNamespace()))
                : namespaces.stream().map(name -> new Kind<>(resources.inNamespace(name)));
    }

    /** The resources of a kind, in one namespace or in all. */
    private record Kind<T extends HasMetadata>(AnyNamespaceOperation<T, ?, ?> resources) {

        /** Nothing if the cluster does not know the kind. */
        List<? extends HasMetadata> list() {
            try {
                return resources.list() instanceof KubernetesResourceList<?> list ? list.getItems() : List.of();
            } catch (KubernetesClientException refused) {
                if (refused.getCode() == HttpURLConnection.HTTP_NOT_FOUND) {
                    return List.of();
                }
                throw refused;
            }
        }

        void awaitEnd(long nanos) {
            var gone = resources.informOnCondition(List::isEmpty);
            try {
                gone.get(nanos, TimeUnit.NANOSECONDS);
            } catch (TimeoutException late) {
                throw new Refusal(names(list())
                        + " still there. Look why, with mayfly why and in the operator's log, and try again");
            } catch (ExecutionException failed) {
                throw failed.getCause() instanceof RuntimeException cause ? cause : new IllegalStateException(failed);
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
                throw new Refusal("Interrupted");
            } finally {
                gone.cancel(true);
            }
        }
    }

    /** Such as "2 resources (EphemeralWorkload shop/web, EphemeralTask shop/hello)". */
    private static String names(List<? extends HasMetadata> resources) {
        return resources.size()
                + (resources.size() == 1 ? " resource (" : " resources (")
                + resources.stream()
                        .limit(NAMED)
                        .map(one -> one.getKind() + " " + one.getMetadata().getNamespace() + "/"
                                + one.getMetadata().getName())
                        .map(Printable::of)
                        .collect(Collectors.joining(", "))
                + (resources.size() > NAMED ? ", …)" : ")");
    }
}
