package dev.mayfly.cli.leftovers;

import dev.mayfly.cli.ClusterReader;
import dev.mayfly.cli.ClusterReader.ClusterOption;
import dev.mayfly.cli.ClusterReader.Pulled;
import dev.mayfly.cli.Complaint;
import dev.mayfly.cli.EngineReader.EngineOption;
import dev.mayfly.cli.Exit;
import dev.mayfly.cli.ListOption;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
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
        header = "Lists everything that carries Mayfly's marks.",
        description = {
            "Looks at the engine (containers, networks, volumes, images that Mayfly pulled), at this machine (directories and"
                    + " mounts) where the engine is on it, and at the cluster where a kubeconfig is given. It only reads.",
            "While Mayfly is at work, what it works with is listed. After make down nothing is; what is meant to stay is"
                    + " listed apart."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  mayfly leftovers",
            "  mayfly leftovers --kubeconfig ~/.kube/config -o json | jq '.leftovers[] | .kind'"
        },
        exitCodeOnExecutionException = Leftovers.INCOMPLETE,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:nothing is left over",
            "1:something is",
            "2:not everything could be looked at, and the error output says what to do; or the command line is wrong"
        })
public final class Leftovers implements Callable<Integer> {
    private static final int LEFTOVERS_FOUND = 1;
    static final int INCOMPLETE = 2;

    @Spec
    private CommandSpec spec;

    @Mixin
    private EngineOption engineAt;

    @Mixin
    private ClusterOption clusterAt;

    @Option(
            names = "--cluster",
            paramLabel = "ID",
            description =
                    "Only what is marked with this cluster's id on engine and machine; may be repeated. Default: all.")
    private Set<String> clusters = Set.of();

    @Mixin
    private ListOption output;

    private final List<Leftover> found = new ArrayList<>();
    private boolean complete = true;

    @Override
    public Integer call() throws IOException {
        var credentials = clusterAt.credentials();
        check(this::engineAndMachine);
        if (credentials.isPresent()) {
            check(() -> cluster(credentials.get()));
        }
        var shown = found.stream().filter(this::isSelected).toList();
        print(shown, credentials.isEmpty());
        if (!complete) {
            return INCOMPLETE;
        }
        return shown.stream().allMatch(Leftover::kept) ? Exit.DONE : LEFTOVERS_FOUND;
    }

    /** A place that can't be checked does not prevent the other checks. */
    private void check(Check reading) throws IOException {
        try {
            reading.run();
        } catch (RuntimeException failure) {
            reportError(Complaint.about(failure).orElseThrow(() -> failure));
        }
    }

    private interface Check {
        void run() throws IOException;
    }

    private void reportError(String sentence) {
        spec.commandLine().getErr().println("mayfly: " + sentence);
        complete = false;
    }

    private void engineAndMachine() throws IOException {
        try (var engine = engineAt.connect()) {
            new EngineLeftovers(engine).find(found::add);
            if (engine.local()) {
                new HostLeftovers(Path.of("/")).find(found::add);
            }
        }
    }

    private void cluster(Path credentials) throws IOException {
        try (var client = ClusterReader.connect(credentials)) {
            new ClusterLeftovers(client).find(found::add);
            try (var engine = engineAt.connect()) {
                EngineLeftovers.pulled(
                        Pulled.read(client, engine.images().engine()),
                        engine.images().images(),
                        found::add);
            }
        }
    }

    private boolean isSelected(Leftover leftover) {
        return clusters.isEmpty() || leftover.cluster().isEmpty() || clusters.contains(leftover.cluster());
    }

    private void print(List<Leftover> shown, boolean withoutCluster) throws IOException {
        PrintWriter out = spec.commandLine().getOut();
        switch (output.format()) {
            case TABLE -> {
                LeftoverTable.print(shown, complete, out);
                if (withoutCluster) {
                    out.println("No cluster was looked at: name one with --kubeconfig or KUBECONFIG.");
                }
            }
            case JSON -> LeftoverTable.json(shown, out);
        }
        out.flush();
    }
}
