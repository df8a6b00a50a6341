package dev.mayfly.cli.simulate;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import dev.mayfly.cli.Exit;
import dev.mayfly.cli.Printable;
import dev.mayfly.cli.ProgressLine;
import dev.mayfly.simulation.Simulation;
import dev.mayfly.simulation.SimulationResult;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code mayfly simulate}. */
@Command(
        name = "simulate",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        header = "Show what would happen to a workload, on a simulated engine.",
        description = {
            "Reads a scenario: a workload, what changes, how long the engine takes and what fails. Runs the operator's"
                    + " planner over it faster than real time, and prints a table with a column for each variant. It"
                    + " asks no engine and no cluster, and the same scenario gives the same result.",
            "Capacity, image policies and the API server's own time are not simulated."
        },
        footerHeading = "%nExamples:%n",
        footer = "  mayfly simulate -f deploy/scenarios/rollout.yaml --plot rollout.png",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:all variants were done or rolled back",
            "1:one was not; or the scenario is wrong, and the error output names line and field",
            "2:wrong command line"
        })
public final class Simulate implements Callable<Integer> {
    /** Forms of the answer. */
    enum Format {
        table,
        json
    }

    @Spec
    private CommandSpec spec;

    @Option(
            names = {"-f", "--filename"},
            paramLabel = "FILE",
            required = true,
            description = "The scenario, in YAML; docs/simulate.md describes it.")
    private Path file;

    @Option(names = "--plot", paramLabel = "FILE", description = "Also draw replicas over time, as a PNG.")
    private Optional<Path> plot = Optional.empty();

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FORMAT",
            defaultValue = "table",
            description = "table or json. Default: table.")
    private Format format;

    @Override
    public Integer call() {
        var description = ScenarioFile.read(file).description();
        var results = new LinkedHashMap<String, SimulationResult>();
        var runs = ScenarioFile.runs(file);
        try (var progress = ProgressLine.of(spec.commandLine(), "simulating")) {
            for (var run : runs) {
                progress.step(results.size(), runs.size());
                results.put(run.name(), Simulation.run(run.experiment(), run.settings()));
            }
        }
        print(Optional.ofNullable(description), results);
        plot.ifPresent(
                to -> Plot.write(description == null ? file.getFileName().toString() : description, results, to));
        return results.values().stream().anyMatch(Simulate::unfinished) ? Exit.FAILED : Exit.DONE;
    }

    private static boolean unfinished(SimulationResult result) {
        return result.end() == SimulationResult.End.NOT_DONE || result.end() == SimulationResult.End.STALLED;
    }

    private void print(Optional<String> description, Map<String, SimulationResult> results) {
        var out = spec.commandLine().getOut();
        if (format == Format.table) {
            description.map(Printable::of).ifPresent(out::println);
            ResultTable.print(results, out);
        } else {
            out.println(json(results));
        }
        out.flush();
    }

    private static String json(Map<String, SimulationResult> results) {
        var variants = new LinkedHashMap<String, Object>();
        results.forEach((name, result) -> variants.put(name, ResultTable.document(result)));
        try {
            return new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT).writeValueAsString(variants);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }
}
