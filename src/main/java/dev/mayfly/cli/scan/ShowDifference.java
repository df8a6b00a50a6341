package dev.mayfly.cli.scan;

import com.github.dockerjava.api.model.Container;
import dev.mayfly.api.v1alpha1.EphemeralTask;
import dev.mayfly.api.v1alpha1.EphemeralWorkload;
import dev.mayfly.api.v1alpha1.EphemeralitySpec;
import dev.mayfly.api.v1alpha1.Templated;
import dev.mayfly.cli.Complaint;
import dev.mayfly.cli.Complaint.Refusal;
import dev.mayfly.cli.EngineReader;
import dev.mayfly.cli.FindingOption;
import dev.mayfly.cli.OutputOption;
import dev.mayfly.cli.Printable;
import dev.mayfly.cli.ProgressLine;
import dev.mayfly.cli.ReplicaOption;
import dev.mayfly.core.model.Globs;
import dev.mayfly.runtime.Ownership;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code mayfly diff}. */
@Command(
        name = "diff",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        header = "List what a replica wrote outside of volumes.",
        description = {
            "Each path with what became of it (Added, Changed, Deleted), and the size of a file that is there. It only reads.",
            "IGNORED is yes for what the workload's ephemerality.audit.ignorePaths excepts, which is known where a cluster"
                    + " answers."
        },
        footerHeading = "%nExamples:%n",
        footer = {"  mayfly diff web-3", "  mayfly diff web-3 -n shop -o json"},
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:done",
            "1:failed, or there is no such replica; the error output says what to do. With --exit-code also: it wrote what"
                    + " is not ignored",
            "2:wrong command line"
        })
public final class ShowDifference implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Parameters(
            paramLabel = "REPLICA",
            description =
                    "Name of a replica, such as web-3, name of a container, or the beginning of its id. If several namespaces"
                            + " have that replica, that of the kubeconfig's context is meant.")
    private String wanted;

    @Mixin
    private ReplicaOption replicas;

    @Mixin
    private OutputOption output;

    @Mixin
    private FindingOption finding;

    @Override
    public Integer call() throws IOException {
        try (var engine = replicas.connect()) {
            var container = container(engine);
            var ignored = ignored(Optional.ofNullable(container.getLabels()).orElse(Map.of()));
            var difference = read(engine, container, ignored.orElseGet(() -> new Globs(List.of())));
            output.print(
                    Difference.listing(difference.changes(), ignored.isPresent()),
                    () -> difference.document(ignored.isPresent()),
                    spec.commandLine().getOut());
            if (output.isTable()) {
                difference.summarize(spec.commandLine().getErr());
            }
            return finding.exitCode(true, difference.changes().stream().anyMatch(change -> !change.ignored()));
        }
    }

    private Difference read(EngineReader engine, Container container, Globs ignored) {
        try (var progress = ProgressLine.of(spec.commandLine(), "looking for writes")) {
            return new WriteScan(engine)
                    .at(container)
                    .map(scanned -> Difference.of(scanned, engine, ignored))
                    .orElseThrow(() -> missing());
        }
    }

    /** The replica that runs, else the one that ended last, else any container that is called so. */
    private Container container(EngineReader engine) {
        var all = engine.containers();
        return ofOneNamespace(all.stream().filter(this::isReplica).toList()).stream()
                .max(Comparator.comparing((Container one) -> "running".equals(one.getState()))
                        .thenComparing(Container::getCreated))
                .or(() -> all.stream()
                        .filter(one -> !Scan.Names.of(one, List.of(wanted)).isEmpty())
                        .findFirst())
                .orElseThrow(() -> missing());
    }

    /** Those of the kubeconfig's namespace if there are several. @throws Refusal if that does not tell which one is meant */
    private List<Container> ofOneNamespace(List<Container> found) {
        var namespaces = found.stream()
                .map(ShowDifference::namespace)
                .distinct()
                .sorted()
                .toList();
        if (namespaces.size() < 2) {
            return found;
        }
        var meant = replicas.currentNamespace()
                .filter(namespaces::contains)
                .orElseThrow(() -> new Refusal("%d namespaces have a replica %s, such as %s: name one with --namespace"
                        .formatted(namespaces.size(), Printable.of(wanted), Printable.of(namespaces.getFirst()))));
        return found.stream().filter(one -> meant.equals(namespace(one))).toList();
    }

    private static String namespace(Container replica) {
        return replica.getLabels().getOrDefault(Ownership.NAMESPACE, "");
    }

    private boolean isReplica(Container container) {
        var labels = Optional.ofNullable(container.getLabels()).orElse(Map.of());
        return replicas.selects(container)
                && wanted.equals(labels.get("mayfly.dev/name") + "-" + labels.get("mayfly.dev/slot"));
    }

    private Refusal missing() {
        return new Refusal("There is no replica or container " + Printable.of(wanted) + ": mayfly ps -a lists them");
    }

    /** The paths that the replica's owner excepts; empty: they are not known. */
    private Optional<Globs> ignored(Map<String, String> labels) {
        var uid = labels.getOrDefault(Ownership.OWNER_UID, "");
        if (uid.isEmpty()) {
            return Optional.of(new Globs(List.of()));
        }
        try (var client = replicas.cluster(why -> Complaint.print(spec.commandLine(), why))
                .orElse(null)) {
            return Optional.ofNullable(client)
                    .flatMap(cluster -> owner(cluster, labels, uid))
                    .map(owner -> new Globs(ignorePaths(owner.ephemerality())));
        }
    }

    private static Optional<Templated> owner(KubernetesClient client, Map<String, String> labels, String uid) {
        for (var kind : List.of(EphemeralWorkload.class, EphemeralTask.class)) {
            var owner = client.resources(kind)
                    .inNamespace(labels.getOrDefault(Ownership.NAMESPACE, ""))
                    .withName(labels.getOrDefault("mayfly.dev/name", ""))
                    .get();
            if (owner != null && uid.equals(owner.getMetadata().getUid())) {
                return Optional.of(owner);
            }
        }
        return Optional.empty();
    }

    private static List<String> ignorePaths(EphemeralitySpec ephemerality) {
        return ephemerality == null || ephemerality.audit() == null
                ? List.of()
                : Objects.requireNonNullElse(ephemerality.audit().ignorePaths(), List.of());
    }
}
