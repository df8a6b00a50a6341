package dev.mayfly.cli.scan;

import com.github.dockerjava.api.model.Container;
import dev.mayfly.cli.Complaint;
import dev.mayfly.cli.EngineReader;
import dev.mayfly.cli.EngineReader.EngineOption;
import dev.mayfly.cli.FilterOption;
import dev.mayfly.cli.FindingOption;
import dev.mayfly.cli.NamespaceOption;
import dev.mayfly.cli.OutputOption;
import dev.mayfly.cli.Printable;
import dev.mayfly.cli.ProgressLine;
import dev.mayfly.cli.scan.WriteScan.Scanned;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code mayfly scan}. */
@Command(
        name = "scan",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        header = "List what containers wrote outside of volumes.",
        description = {
            "Looks at every container of an engine, running or not, and at its anonymous volumes. It only reads: no container,"
                    + " volume or image is changed, and no cluster is needed.",
            "With -o yaml it prints for each container an EphemeralWorkload that would run it with the volumes it needs; all"
                    + " that is known has -o json.",
            "Filters: name, id, status, ancestor (the image), label (KEY or KEY=VALUE), wrote (true or false)."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  mayfly scan",
            "  mayfly scan -o yaml web | kubectl apply --dry-run=server -f -",
            "  mayfly scan --filter wrote=true --exit-code"
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:all containers were looked at",
            "1:failed; the error output says what to do. With --exit-code also: a container wrote outside of volumes, or an"
                    + " anonymous volume holds data",
            "2:wrong command line"
        })
public final class Scan implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "CONTAINER", arity = "0..*", description = "Names, or beginnings of ids. Default: all.")
    private List<String> wanted = List.of();

    @Mixin
    private EngineOption engineAt;

    @Mixin
    private NamespaceOption namespaces;

    @Mixin
    private FilterOption filter;

    @Mixin
    private OutputOption output;

    @Option(
            names = "--show-env",
            description = "Print the values of environment variables. Without it manifests take them from a Secret"
                    + " that you make, because values are often passwords.")
    private boolean showEnv;

    @Mixin
    private FindingOption finding;

    @Override
    public Integer call() throws IOException {
        var isSelected = filter.predicate(ScanFilters.KEYS);
        try (var engine = engineAt.connect()) {
            var missing = new LinkedHashSet<>(wanted);
            var scanned = scan(engine, missing).stream()
                    .filter(container -> namespaces.selects(container.namespace()))
                    .filter(isSelected)
                    .sorted(Comparator.comparing(Scanned::name))
                    .toList();
            print(scanned);
            missing.forEach(name -> Complaint.print(
                    spec.commandLine(), "No container is called " + Printable.of(name) + ": docker ps -a lists them"));
            return finding.exitCode(missing.isEmpty(), scanned.stream().anyMatch(Scanned::mayLoseData));
        }
    }

    /** @param missing those of the arguments are taken out that mean a container */
    private List<Scanned> scan(EngineReader engine, Set<String> missing) {
        try (var progress = ProgressLine.of(spec.commandLine(), "looking at containers")) {
            var look = new WriteScan(engine);
            var scanned = new ArrayList<Scanned>();
            var containers = new ArrayList<Container>();
            for (var container : engine.containers()) {
                var meant = Names.of(container, wanted);
                meant.forEach(missing::remove);
                if (wanted.isEmpty() || !meant.isEmpty()) {
                    containers.add(container);
                }
            }
            for (var container : containers) {
                progress.step(scanned.size(), containers.size());
                look.at(container).ifPresent(scanned::add);
            }
            return scanned;
        }
    }

    private void print(List<Scanned> scanned) {
        var out = spec.commandLine().getOut();
        switch (output.format()) {
            case JSON -> ScanDocuments.json(scanned, showEnv, out);
            case YAML -> ScanDocuments.yaml(scanned, showEnv, out);
            case TABLE, WIDE, NAME -> output.print(ScanTable.listing(scanned), out);
        }
        out.flush();
        if (output.isTable()) {
            ScanTable.summarize(scanned, spec.commandLine().getErr());
        }
    }

    /** Matches command-line arguments with containers. */
    static final class Names {
        private Names() {}

        /** The arguments that mean this container: its name or a prefix of its id. */
        static List<String> of(Container container, List<String> arguments) {
            var names = Arrays.asList(container.getNames());
            return arguments.stream()
                    .filter(argument -> names.contains("/" + argument)
                            || argument.length() >= 4 && container.getId().startsWith(argument))
                    .toList();
        }
    }
}
