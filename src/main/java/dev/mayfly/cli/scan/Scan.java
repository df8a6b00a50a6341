package dev.mayfly.cli.scan;

import com.github.dockerjava.api.model.Container;
import dev.mayfly.cli.Complaint.Refusal;
import dev.mayfly.cli.EngineReader;
import dev.mayfly.cli.EngineReader.EngineOption;
import dev.mayfly.cli.Exit;
import dev.mayfly.cli.Printable;
import dev.mayfly.cli.scan.WriteScan.Scanned;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
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
        header = "Tells which containers of an engine wrote outside of volumes.",
        description = {
            "Looks at every container, running or not, and at the volumes that nobody named. It only reads: no container,"
                    + " volume or image is changed, and no cluster is needed.",
            "With -o yaml it prints for each container an EphemeralWorkload that would run it with the volumes it needs."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  mayfly scan",
            "  mayfly scan -o yaml web | kubectl apply --dry-run=server -f -",
            "  sudo mayfly scan -o json | jq '.[] | select(.count > 0)'"
        },
        exitCodeOnExecutionException = Exit.FAILED,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:all containers were looked at",
            "1:something could not be looked at; the error output says what to do",
            "2:the command line is wrong",
            "3:with --fail-on-writes: a container wrote outside of volumes, or an anonymous volume holds data"
        })
public final class Scan implements Callable<Integer> {
    enum Format {
        TABLE,
        JSON,
        YAML
    }

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "CONTAINER", arity = "0..*", description = "Names, or beginnings of ids. Default: all.")
    private List<String> wanted = List.of();

    @Mixin
    private EngineOption engineAt;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FORMAT",
            defaultValue = "TABLE",
            description = "table, json (all that is known) or yaml (manifests to apply). Default: table.")
    private Format format;

    @Option(
            names = "--show-env",
            description = "Print the values of environment variables. Without it manifests take them from a Secret"
                    + " that you make, because values are often passwords.")
    private boolean showEnv;

    @Option(names = "--fail-on-writes", description = "End with exit code 3 where data is outside of named volumes.")
    private boolean failOnWrites;

    @Override
    public Integer call() throws IOException {
        try (var engine = engineAt.connect()) {
            var scanned = scan(engine);
            print(scanned);
            var wrote = scanned.stream().anyMatch(Scanned::mayLoseData);
            return failOnWrites && wrote ? Exit.WRITES : Exit.DONE;
        }
    }

    private List<Scanned> scan(EngineReader engine) {
        var look = new WriteScan(engine);
        var missing = new LinkedHashSet<>(wanted);
        var scanned = new ArrayList<Scanned>();
        for (var container : engine.containers()) {
            var meant = Names.of(container, wanted);
            missing.removeAll(meant);
            if (wanted.isEmpty() || !meant.isEmpty()) {
                look.at(container).ifPresent(scanned::add);
            }
        }
        if (!missing.isEmpty()) {
            throw new Refusal(
                    "No container is called " + Printable.of(String.join(", ", missing)) + ": docker ps -a lists them");
        }
        scanned.sort((a, b) -> a.name().compareTo(b.name()));
        return scanned;
    }

    private void print(List<Scanned> scanned) {
        PrintWriter out = spec.commandLine().getOut();
        switch (format) {
            case TABLE -> ScanTable.print(scanned, out);
            case JSON -> ScanDocuments.json(scanned, showEnv, out);
            case YAML -> ScanDocuments.yaml(scanned, showEnv, out);
        }
        out.flush();
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
