package dev.mayfly.cli.leftovers;

import dev.mayfly.cli.ClusterOption;
import dev.mayfly.cli.ClusterReader.Pulled;
import dev.mayfly.cli.Complaint;
import dev.mayfly.cli.EngineReader.EngineOption;
import dev.mayfly.cli.FilterOption;
import dev.mayfly.cli.FindingOption;
import dev.mayfly.cli.NamespaceOption;
import dev.mayfly.cli.OutputOption;
import dev.mayfly.cli.ProgressLine;
import dev.mayfly.cli.leftovers.Leftover.State;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.BiPredicate;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code mayfly leftovers}. */
@Command(
        name = "leftovers",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        header = "List what Mayfly left behind.",
        description = {
            "Looks for Mayfly's labels and names on the engine (containers, networks, volumes, images that Mayfly pulled), on"
                    + " this machine (directories and mounts) if the engine is on it, and in the cluster. It only reads.",
            "Lists orphans: objects whose resource or operator is gone. Without a cluster nobody knows which these are, so all"
                    + " are listed as unknown, except those that are meant to be kept.",
            "Filters: state (orphan, in-use, kept, unknown), where (engine, host, cluster), kind, name, cluster (an id)."
        },
        footerHeading = "%nExamples:%n",
        footer = {"  mayfly leftovers", "  mayfly leftovers --all -n shop -o wide", "  mayfly leftovers --exit-code -q"
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:everything was looked at",
            "1:failed, or not everything could be looked at; the error output says what to do. With --exit-code also:"
                    + " something is left over",
            "2:wrong command line"
        })
public final class Leftovers implements Callable<Integer> {
    private static final Map<String, BiPredicate<Leftover, String>> FILTERS = Map.of(
            "state", (leftover, value) -> leftover.state().toString().equals(value),
            "where", (leftover, value) -> leftover.where().equals(value),
            "kind", (leftover, value) -> leftover.kind().equalsIgnoreCase(value),
            "name", (leftover, value) -> FilterOption.matches(leftover.name(), value),
            "cluster",
                    (leftover, value) ->
                            leftover.cluster().isEmpty() || leftover.cluster().equals(value));

    @Spec
    private CommandSpec spec;

    @Mixin
    private EngineOption engineAt;

    @Mixin
    private ClusterOption clusterAt;

    @Mixin
    private NamespaceOption namespaces;

    @Option(names = "--all", description = "Also list what is in use or meant to be kept.")
    private boolean all;

    @Mixin
    private FilterOption filter;

    @Mixin
    private OutputOption output;

    @Mixin
    private FindingOption finding;

    private final List<Leftover> found = new ArrayList<>();
    private Optional<Judge> judge = Optional.empty();
    /** Each once: both checks ask the engine. */
    private final Set<String> complaints = new LinkedHashSet<>();

    @Override
    public Integer call() throws IOException {
        var isSelected = filter.predicate(FILTERS);
        try (var progress = ProgressLine.of(spec.commandLine(), "looking for leftovers")) {
            check(this::engineAndMachine);
            check(this::cluster);
        }
        complaints.forEach(complaint -> Complaint.print(spec.commandLine(), complaint));
        var judged = found.stream()
                .map(judge.orElse(Judge.WITHOUT_CLUSTER)::judge)
                .filter(leftover -> namespaces.selects(leftover.namespace()))
                .filter(isSelected)
                .toList();
        var shown = judged.stream().filter(leftover -> all || isLeft(leftover)).toList();
        output.print(
                LeftoverTable.listing(shown),
                () -> LeftoverTable.document(shown),
                spec.commandLine().getOut());
        if (output.isTable()) {
            explain(judged, shown, spec.commandLine().getErr());
        }
        return finding.exitCode(complaints.isEmpty(), judged.stream().anyMatch(this::isLeft));
    }

    /** Of other clusters nobody says what is left over where one was asked. */
    private boolean isLeft(Leftover leftover) {
        return leftover.state() == State.ORPHAN || leftover.state() == State.UNKNOWN && judge.isEmpty();
    }

    /** A place that can't be checked does not prevent the other checks. */
    private void check(Check reading) throws IOException {
        try {
            reading.run();
        } catch (RuntimeException failure) {
            complaints.add(Complaint.about(failure).orElseThrow(() -> failure));
        }
    }

    private interface Check {
        void run() throws IOException;
    }

    private void engineAndMachine() throws IOException {
        try (var engine = engineAt.connect()) {
            new EngineLeftovers(engine).find(found::add);
            if (engine.local()) {
                HostLeftovers.ofThisMachine().find(found::add);
            }
        }
    }

    private void cluster() throws IOException {
        try (var client = clusterAt.connect().orElse(null)) {
            if (client == null) {
                return;
            }
            judge = Optional.of(new ClusterLeftovers(client, InstantSource.system()).find(found::add));
            try (var engine = engineAt.connect()) {
                EngineLeftovers.pulled(
                        Pulled.read(client, engine.images().engine()),
                        engine.images().images(),
                        found::add);
            }
        }
    }

    private void explain(List<Leftover> judged, List<Leftover> shown, PrintWriter err) {
        var unknown = judged.stream()
                .filter(leftover -> leftover.state() == State.UNKNOWN)
                .count();
        if (shown.isEmpty()) {
            var where = judge.isPresent() ? "" : " on engine and machine";
            err.println(
                    complaints.isEmpty()
                            ? "Nothing is left over" + where + "."
                            : "Nothing was found where it could be looked at.");
        }
        if (judge.isEmpty() && unknown > 0) {
            err.println(
                    "No cluster was asked, so nobody knows what is in use: name one with --kubeconfig or KUBECONFIG.");
        }
        if (judge.isPresent() && unknown > 0 && !all) {
            err.println(unknown + " objects of other clusters or installations are not listed: --all lists them.");
        }
    }
}
