package dev.mayfly.cli.simulate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.app.MayflyCommand;
import dev.mayfly.cli.Exit;
import dev.mayfly.core.model.Samples;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class SimulateTest {
    private static final Path SAMPLES = Path.of("deploy/scenarios");
    private static final String SMALL = """
            workload:
              replicas: 20
              template: {image: "web:1", resources: {requests: {cpu: 100m, memory: 1Mi}}}
            change: {replicas: 30}
            """;

    @TempDir
    Path directory;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    static List<Path> samples() throws IOException {
        try (Stream<Path> files = Files.list(SAMPLES)) {
            return files.filter(file -> !file.toString().endsWith("engine.yaml"))
                    .sorted()
                    .toList();
        }
    }

    @ParameterizedTest
    @MethodSource("samples")
    void eachSampleIsAnsweredByATableAndAPlot(Path sample) throws IOException {
        var plot = directory.resolve("plots/plot.png");
        var small = Files.readString(sample)
                .replaceAll("replicas: \\d+", "replicas: 60")
                .replace("launchWindow: 20000", "launchWindow: 100")
                .replace("lasting: 10m", "lasting: 4m");

        assertThat(run(small, "--plot", plot.toString())).as("%s", err).isEqualTo(Exit.DONE);

        assertThat(out.toString().lines().toList())
                .hasSize(14)
                .anyMatch(line -> line.startsWith("max unavailable"))
                .anyMatch(line -> line.startsWith("end") && (line.contains("done") || line.contains("rolled back")));
        assertThat(ImageIO.read(plot.toFile()).getWidth()).isEqualTo(1000);
    }

    @Test
    void theEngineOfTheDemoIsRead() {
        var engine = ScenarioFile.engine(SAMPLES.resolve("engine.yaml")).settings(Samples.NOON);

        assertThat(engine.concurrency()).isEqualTo(200);
        assertThat(engine.faults().failingStarts()).isEqualTo(0.01);
        assertThat(engine.faults().crashesPerHour()).isEqualTo(3);
    }

    @Test
    void variantsChangeWhatTheyNameAndNothingElse() {
        var variants = SMALL + """
                variants:
                - {name: as it is}
                - {name: fewer, change: {replicas: 25}}
                """;

        assertThat(run(variants, "-o", "json")).isEqualTo(Exit.DONE);

        assertThat(out.toString()).containsSubsequence("as it is", "\"started\" : 10", "fewer", "\"started\" : 5");
    }

    @Test
    void oneThatIsNotDoneIsAFailure() {
        assertThat(run(SMALL + "limit: 10ms\n")).isEqualTo(Exit.FAILED);
        assertThat(out.toString()).contains("not done");
    }

    /** Line and field of what is wrong. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "engine: {seeed: 1} | line 5: engine.seeed is no field here; these are: concurrency, faults, seed, times",
                "engine: {times: {start: 5 min}} | line 5: engine.times.start is wrong: '5 min' is no time",
                "engine: {faults: {hanging: 200%}} | line 5: engine.faults.hanging is wrong: a share is 0% to 100%",
                "engine: {faults: {hanging: much}} | line 5: engine.faults.hanging is wrong: 'much' is no share",
                "engine: {times: {stop: {median: 2s, p99: 1s}}} | line 5: engine.times.stop is wrong: p99 must not be less",
                "engine: {faults: {outages: [{after: 1m}]}} | line 5: engine.faults.outages[0] is wrong: an outage needs",
                "variants: [{name: a, workload: {replica: 3}}] | line 5: variants[0].workload.replica is no field here",
                "variants: [{name: a, workload: {rollout: {maxSurge: lots}}}] | In 'a': spec.rollout: 'lots' is neither",
                "launchWindow: 0 | launchWindow is 1 to 1000000",
                "limit: {} | line 5: limit",
                "engine: [] | line 5: engine has a value of another type",
            })
    void whatIsWrongIsNamedWithItsLineAndField(String wrong, String said) {
        assertThat(run(SMALL + wrong + "\n")).isEqualTo(Exit.FAILED);
        assertThat(err.toString().lines().toList()).hasSize(1);
        assertThat(err.toString()).contains(said);
        assertThat(out.toString()).isEmpty();
    }

    @Test
    void aSecondDocumentIsNotPassedOver() {
        assertThat(run(SMALL + "---\n" + SMALL)).isEqualTo(Exit.FAILED);
        assertThat(err.toString()).contains("has several documents");
    }

    @Test
    void aScenarioNeedsAWorkloadAndAFile() {
        assertThat(run("launchWindow: 3\n")).isEqualTo(Exit.FAILED);
        assertThat(err.toString()).contains("has no workload");

        assertThat(execute("simulate", "-f", "no-such.yaml")).isEqualTo(Exit.FAILED);
        assertThat(err.toString()).contains("'no-such.yaml' can't be read");
    }

    private int run(String scenario, String... options) {
        try {
            var file = Files.writeString(directory.resolve("scenario.yaml"), scenario);
            var arguments = Stream.concat(Stream.of("simulate", "-f", file.toString()), Stream.of(options));
            return execute(arguments.toArray(String[]::new));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private int execute(String... arguments) {
        return MayflyCommand.commandLine()
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err))
                .execute(arguments);
    }
}
