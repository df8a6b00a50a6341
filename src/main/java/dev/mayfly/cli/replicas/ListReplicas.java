package dev.mayfly.cli.replicas;

import com.github.dockerjava.api.command.InspectContainerResponse;
import dev.mayfly.cli.Complaint;
import dev.mayfly.cli.Complaint.Refusal;
import dev.mayfly.cli.EngineReader;
import dev.mayfly.cli.Exit;
import dev.mayfly.cli.OutputOption;
import dev.mayfly.cli.OutputOption.Format;
import dev.mayfly.cli.Printable;
import dev.mayfly.cli.ProgressLine;
import dev.mayfly.cli.ReplicaOption;
import dev.mayfly.core.model.Text;
import dev.mayfly.runtime.Ownership;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code mayfly ps}. */
@Command(
        name = "ps",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        header = "List replicas as the engine has them.",
        description = {
            "With the PID of each on the engine's host and the name of its first process, where this is that host. It only"
                    + " reads.",
            "READY is by the replica's Pod, else by the engine; ? where only the operator's probes know it. DIRTY, whether it"
                    + " wrote outside of volumes, is known of read-only roots, and otherwise where a cluster answers."
        },
        footerHeading = "%nExamples:%n",
        footer = {"  mayfly ps", "  mayfly ps web -a -o wide", "  mayfly ps -n shop -o json"},
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:done",
            "1:failed, or a workload has no replica; the error output says what to do",
            "2:wrong command line"
        })
public final class ListReplicas implements Callable<Integer> {
    /** States of containers whose first process is there, or is about to be. */
    private static final Set<String> ALIVE = Set.of("created", "running", "paused", "restarting");

    private static final int LONGEST_NAME = 64;

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "WORKLOAD", arity = "0..*", description = "Workloads, tasks or replicas. Default: all.")
    private List<String> wanted = List.of();

    @Option(
            names = {"-a", "--all"},
            description = "Also those that ended.")
    private boolean all;

    @Mixin
    private ReplicaOption replicas;

    @Mixin
    private OutputOption output;

    @Override
    public Integer call() throws IOException {
        var silent = new ArrayList<String>();
        try (var engine = engine()) {
            var resources = resources(silent);
            var rows = rows(engine, resources);
            output.print(
                    ReplicaTable.listing(rows, Instant.now()),
                    () -> ReplicaTable.document(rows),
                    spec.commandLine().getOut());
            if (output.isTable()) {
                silent.forEach(why -> Complaint.print(
                        spec.commandLine(), why + ". Without the cluster it is not known which replicas wrote"));
            }
            var missing = wanted.stream()
                    .filter(name -> rows.stream().noneMatch(row -> means(name, row)))
                    .toList();
            missing.forEach(name -> Complaint.print(spec.commandLine(), missing(name, resources)));
            return missing.isEmpty() ? Exit.DONE : Exit.FAILED;
        }
    }

    /** @throws Refusal if no engine answers. A cluster whose replicas are Pods may have none */
    private EngineReader engine() {
        try {
            return replicas.connect();
        } catch (Refusal none) {
            throw resources(new ArrayList<>()).filter(KnownResources::hasPods).isEmpty()
                    ? none
                    : new Refusal(none.getMessage() + ". Replicas of runtime Pods are in none: kubectl get pods"
                            + " --all-namespaces -l mayfly.dev/cluster");
        }
    }

    private String missing(String name, Optional<KnownResources> resources) {
        var shown = Printable.of(name);
        var owner = name.substring(name.indexOf('/') + 1);
        return resources.filter(known -> known.isInPods(owner)).isPresent()
                ? "The replicas of " + shown + " are Pods: kubectl get pods -l app.kubernetes.io/instance="
                        + Printable.of(owner)
                : "The engine has no " + (all ? "" : "running ") + "replica of " + shown + ": mayfly why " + shown
                        + " says what holds it";
    }

    private Optional<KnownResources> resources(List<String> silent) {
        if (output.format() == Format.NAME) {
            return Optional.empty(); // nothing that it knows is printed
        }
        try (var client = replicas.cluster(silent::add).orElse(null)) {
            return Optional.ofNullable(client).map(KnownResources::read);
        }
    }

    private List<ReplicaRow> rows(EngineReader engine, Optional<KnownResources> resources) {
        try (var progress = ProgressLine.of(spec.commandLine(), "looking at replicas")) {
            var containers = engine.labelled(Ownership.OWNER_UID).stream()
                    .filter(container -> all || ALIVE.contains(String.valueOf(container.getState())))
                    .filter(replicas::selects)
                    .toList();
            var rows = new ArrayList<ReplicaRow>();
            for (var container : containers) {
                progress.step(rows.size(), containers.size());
                engine.container(container.getId())
                        .flatMap(found -> row(found, engine, resources))
                        .filter(row -> wanted.isEmpty() || wanted.stream().anyMatch(name -> means(name, row)))
                        .ifPresent(rows::add);
            }
            rows.sort(Comparator.comparing(ReplicaRow::namespace)
                    .thenComparing(row -> row.mark().id().owner().name())
                    .thenComparing(row -> row.mark().id().slot())
                    .thenComparing(row -> row.mark().id().attempt()));
            return rows;
        }
    }

    private static boolean means(String name, ReplicaRow row) {
        var owner = row.mark().id().owner().name();
        var bare = name.substring(name.indexOf('/') + 1);
        return bare.equals(owner) || bare.equals(row.name());
    }

    private static Optional<ReplicaRow> row(
            InspectContainerResponse container, EngineReader engine, Optional<KnownResources> resources) {
        var state = container.getState();
        var process = engine.local() && state.getPidLong() != null && state.getPidLong() > 0
                ? process(state.getPidLong())
                : Optional.<String>empty();
        return ReplicaRow.mark(container).map(mark -> ReplicaRow.of(mark, container, process, resources));
    }

    /** As the kernel calls it, in at most 15 bytes. Empty where this is not the engine's machine, or the process ended. */
    private static Optional<String> process(long pid) {
        try {
            return Optional.of(Text.atMost(
                    Files.readString(Path.of("/proc", Long.toString(pid), "comm"))
                            .strip(),
                    LONGEST_NAME));
        } catch (IOException gone) {
            return Optional.empty();
        }
    }
}
