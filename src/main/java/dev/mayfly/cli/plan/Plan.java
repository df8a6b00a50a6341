package dev.mayfly.cli.plan;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import dev.mayfly.api.v1alpha1.EphemeralWorkload;
import dev.mayfly.api.v1alpha1.EphemeralWorkloadSpec;
import dev.mayfly.cli.Complaint.Refusal;
import dev.mayfly.cli.Exit;
import dev.mayfly.cli.Printable;
import dev.mayfly.cli.ProgressLine;
import dev.mayfly.cli.ResourceOption;
import dev.mayfly.cli.simulate.EngineSpec;
import dev.mayfly.cli.simulate.ScenarioFile;
import dev.mayfly.operator.cluster.InvalidSpec;
import dev.mayfly.operator.spec.SpecReader;
import dev.mayfly.runtime.simulated.SimulationSettings;
import dev.mayfly.simulation.Experiment;
import dev.mayfly.simulation.Simulation;
import dev.mayfly.simulation.SimulationResult;
import dev.mayfly.simulation.SimulationResult.End;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code mayfly plan}. */
@Command(
        name = "plan",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        header = "Show what a change of a workload would do, before it is applied.",
        description = {
            "Has the API server apply the manifest in a dry run, and runs the operator's planner over a simulated engine"
                    + " from the workload as it is: which replicas would be replaced, in which order, how long it takes,"
                    + " how many are unavailable or too many meanwhile.",
            "Starts and readiness take as long as those of its replicas took that are Pods; on an engine, as long as on a small one."
        },
        footerHeading = "%nExamples:%n",
        footer = "  mayfly plan -f changed.yaml -n shop",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:the change would be done",
            "1:it would not, or it can't be told; the error output says what to do",
            "2:wrong command line"
        })
public final class Plan implements Callable<Integer> {
    /** As the operator's setting mayfly.engine.launch-window. */
    private static final int WINDOW = 32;

    /** The runtime whose replicas are the Pods themselves. */
    private static final String PODS = "Pods";

    private static final Duration LIMIT = Duration.ofDays(1);

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
            description =
                    "The changed manifest of one EphemeralWorkload, in the namespace that it names, if it names one.")
    private Path file;

    @Option(
            names = "--engine",
            paramLabel = "FILE",
            description = "How the engine behaves in place of the measured times: the part engine of a scenario.")
    private Optional<Path> engine = Optional.empty();

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FORMAT",
            defaultValue = "table",
            description = "table or json. Default: table.")
    private Format format;

    @Mixin
    private ResourceOption resource;

    /** The manifest's fields. */
    record Manifest(
            String apiVersion, String kind, Map<String, Object> metadata, EphemeralWorkloadSpec spec, Object status) {

        /** Empty if it is absent. */
        Optional<String> metadata(String field) {
            return Optional.ofNullable(metadata)
                    .map(fields -> fields.get(field))
                    .map(Object::toString);
        }
    }

    @Override
    public Integer call() {
        var manifest = ScenarioFile.read(file, Manifest.class);
        if (!"EphemeralWorkload".equals(manifest.kind())
                || manifest.metadata("name").isEmpty()) {
            throw new Refusal(
                    "'" + Printable.of(file.toString()) + "' is no EphemeralWorkload with a name: name one with -f");
        }
        var described = resource.ofManifest(manifest.metadata("namespace"));
        try (var client = described.connect()) {
            var current = described.requireWorkload(
                    client, "ew/" + manifest.metadata("name").get());
            var changed = dryRun(client, current, manifest.spec());
            var times = MeasuredTimes.of(
                    client.pods()
                            .inNamespace(current.getMetadata().getNamespace())
                            .withLabel(
                                    "mayfly.dev/owner-uid",
                                    current.getMetadata().getUid())
                            .list()
                            .getItems(),
                    !PODS.equals(
                            current.getStatus() == null
                                    ? null
                                    : current.getStatus().runtime()));
            var change = change(current, changed, times);
            SimulationResult result;
            try (var progress = ProgressLine.of(spec.commandLine(), "simulating")) {
                result = Simulation.run(change, settings(times));
            }
            print(new PlanView(current, change, times, engine.isPresent(), result));
            return result.end() == End.DONE ? Exit.DONE : Exit.FAILED;
        }
    }

    private SimulationSettings settings(MeasuredTimes times) {
        var start = Instant.EPOCH;
        if (engine.isPresent()) {
            return ScenarioFile.engine(engine.get()).settings(start);
        }
        var defaults = EngineSpec.DEFAULT.settings(start);
        return defaults.withTimes(times.in(defaults.times()));
    }

    /** As kubectl apply --server-side would leave it; the API server checks it and keeps nothing. */
    private static EphemeralWorkload dryRun(
            KubernetesClient client, EphemeralWorkload current, EphemeralWorkloadSpec changed) {
        var applied = new EphemeralWorkload();
        applied.setMetadata(new ObjectMetaBuilder()
                .withName(current.getMetadata().getName())
                .withNamespace(current.getMetadata().getNamespace())
                .build());
        applied.setSpec(changed);
        return client.resource(applied)
                .dryRun()
                .fieldManager("kubectl")
                .forceConflicts()
                .serverSideApply();
    }

    private static Experiment change(EphemeralWorkload current, EphemeralWorkload changed, MeasuredTimes times) {
        try {
            var before = SpecReader.described(current, "current");
            var after = SpecReader.described(changed, "current");
            return new Experiment(
                    before,
                    after.template().equals(before.template()) ? after : after.withRevision("changed"),
                    WINDOW,
                    Duration.ZERO,
                    LIMIT,
                    times.slots());
        } catch (InvalidSpec invalid) {
            throw new Refusal(invalid.failure().message());
        }
    }

    private void print(PlanView view) {
        var out = spec.commandLine().getOut();
        if (format == Format.json) {
            try {
                out.println(new ObjectMapper()
                        .enable(SerializationFeature.INDENT_OUTPUT)
                        .writeValueAsString(view.document()));
            } catch (JsonProcessingException e) {
                throw new IllegalStateException(e);
            }
        } else {
            view.lines().forEach(line -> out.println(Printable.of(line)));
        }
        out.flush();
    }
}
