package dev.mayfly.cli.convert;

import dev.mayfly.cli.Complaint.Refusal;
import dev.mayfly.cli.Exit;
import dev.mayfly.cli.manifest.ManifestYaml;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code mayfly convert}. */
@Command(
        name = "convert",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        header = "Print the manifests that run what a Deployment, a Compose file or a docker run command runs.",
        description = {
            "Reads Kubernetes manifests (Deployment, StatefulSet, ReplicaSet, Pod, Job), a Compose file or a command,"
                    + " and prints EphemeralWorkloads and EphemeralTasks. It asks no engine and no cluster.",
            "The error output has a line for each thing that was left out or changed: what, why, and what to do"
                    + " instead."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  mayfly convert -f compose.yaml -n shop | kubectl apply -n shop -f -",
            "  helm template my-chart | mayfly convert -f - >workloads.yaml",
            "  mayfly convert -- docker run -d --name web -p 8080:80 nginx:1.27"
        },
        exitCodeOnExecutionException = Exit.FAILED,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:manifests were printed",
            "1:there is nothing to convert, or it can't be read; the error output says what to do",
            "2:wrong command line"
        })
public final class Convert implements Callable<Integer> {
    private static final String STANDARD_INPUT = "-";

    private CommandSpec spec;

    @Parameters(
            paramLabel = "docker run …",
            arity = "0..*",
            description = "A command to convert, as it is or in one pair of quotes. Nothing of it is run.")
    private List<String> command = List.of();

    @Option(
            names = {"-f", "--filename"},
            paramLabel = "FILE",
            description = "Kubernetes manifests or a Compose file, of at most 1 MiB; - is the standard input.")
    private Optional<String> file = Optional.empty();

    @Option(
            names = {"-n", "--namespace"},
            paramLabel = "NAMESPACE",
            defaultValue = "default",
            description = "Where the manifests will be applied: directories of the host have to be below"
                    + " /srv/mayfly/NAMESPACE. Default: ${DEFAULT-VALUE}.")
    private String namespace;

    @Option(
            names = {"-e", "--env"},
            paramLabel = "NAME[=VALUE]",
            description = "A variable of a Compose file; without a value it is your shell's. A file .env beside the"
                    + " Compose file is read, other variables of your shell are not.")
    private List<String> variables = List.of();

    @Option(names = "--profile", paramLabel = "PROFILE", description = "A profile of a Compose file to convert too.")
    private Set<String> profiles = new HashSet<>();

    /** Flags after the first word belong to the command that is converted. */
    @Spec
    void setSpec(CommandSpec spec) {
        this.spec = spec;
        spec.parser().stopAtPositional(true);
    }

    @Override
    public Integer call() throws IOException {
        if (file.isPresent() != command.isEmpty()) {
            throw new ParameterException(
                    spec.commandLine(), "Name a file with -f, or write the docker run command to convert");
        }
        var notes = new Notes();
        var resources = convert(notes);
        var out = spec.commandLine().getOut();
        var err = spec.commandLine().getErr();
        for (var resource : resources) {
            out.println("---");
            out.print(ManifestYaml.text(resource));
        }
        out.flush();
        notes.lines().forEach(err::println);
        err.flush();
        if (resources.isEmpty()) {
            throw new Refusal("Nothing was converted: name a file with a Deployment, a Job or a service");
        }
        return Exit.DONE;
    }

    private List<Map<String, Object>> convert(Notes notes) throws IOException {
        if (file.isEmpty()) {
            return ComposeFile.convertCommand(DockerRun.composeFile(command), context(Optional.of(Path.of("")), notes));
        }
        var fromInput = file.get().equals(STANDARD_INPUT);
        var text = fromInput
                ? Source.text(System.in, "the standard input", Source.MAX_BYTES)
                : Source.file(Path.of(file.get()));
        var directory = fromInput
                ? Optional.<Path>empty()
                : Optional.of(Path.of(file.get()).toAbsolutePath().getParent());
        return Conversion.of(text, context(directory, notes));
    }

    private Context context(Optional<Path> directory, Notes notes) {
        var given = new HashMap<String, String>();
        for (var variable : variables) {
            var pair = variable.split("=", 2);
            var value = pair.length > 1 ? pair[1] : System.getenv(pair[0]);
            if (value != null) {
                given.put(pair[0], value);
            }
        }
        return new Context(directory, namespace, given, profiles, notes);
    }
}
