package dev.mayfly.tracing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mayfly.core.model.Failure;
import dev.mayfly.core.model.Launch;
import dev.mayfly.core.model.Launch.Priority;
import dev.mayfly.core.model.Probe;
import dev.mayfly.core.model.Probe.Probes;
import dev.mayfly.core.model.Samples;
import dev.mayfly.core.model.Template.Env;
import dev.mayfly.core.model.Template.Requests;
import dev.mayfly.runtime.Runtimes;
import dev.mayfly.runtime.simulated.SimulatedRuntime;
import dev.mayfly.runtime.simulated.SimulatedRuntime.Faults.Fault;
import dev.mayfly.tracing.TraceReceiver.Span;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.awaitility.core.ThrowingRunnable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TracingTest {
    private static final int REPLICAS = 3;
    private static final String SECRET = "hunter2";

    private final SimulatedRuntime runtime = new SimulatedRuntime(1, Samples.NOON, new Requests(64_000, 256L << 30));
    private TraceReceiver receiver;
    private Tracing tracing;

    @BeforeEach
    void start() throws IOException {
        receiver = new TraceReceiver();
        tracing = receiver.of(new Runtimes(Map.of("Simulated", runtime)));
    }

    @AfterEach
    void stop() {
        receiver.close();
    }

    @Test
    void aScaleUpIsATraceOfItsReconciliationAndTheStagesOfEachLaunch() throws Exception {
        scaleUp();
        tracing.close();

        untilSent(() -> assertThat(receiver.spans()).hasSize(1 + REPLICAS * 5));
        var spans = receiver.spans();
        var reconcile = only(spans, "reconcile");
        assertThat(reconcile.parent()).isEmpty();
        assertThat(reconcile.attributes())
                .containsEntry("mayfly.workload", "web")
                .containsEntry("mayfly.kind", "EphemeralWorkload")
                .containsEntry("k8s.namespace.name", "default");
        var launches = named(spans, "launch");
        assertThat(launches)
                .hasSize(REPLICAS)
                .allMatch(launch -> launch.parent().equals(reconcile.id()) && !launch.failed())
                .extracting(launch -> launch.attributes().get("mayfly.replica"))
                .containsExactlyInAnyOrder("web-0", "web-1", "web-2");
        for (var launch : launches) {
            assertThat(spans.stream().filter(span -> span.parent().equals(launch.id())))
                    .extracting(Span::name)
                    .containsExactly("wait", "create", "start", "readiness");
        }
        assertThat(spans)
                .extracting(Span::trace)
                .as("one trace, in which each span but the first has the replica's name")
                .containsOnly(reconcile.trace());
        assertThat(spans)
                .filteredOn(span -> span != reconcile)
                .allMatch(span -> span.attributes().containsKey("mayfly.replica"));
        assertThat(receiver.everything()).contains("service.name", "1.2.3").doesNotContain(SECRET);
    }

    @Test
    void aLaunchLastsUntilItsReplicaIsReady() throws Exception {
        tracing.reconciling(Samples.WEB, () -> {
            launch(0, readiness("true"));
            launch(1, readiness("false"));
            return "done";
        });
        runtime.advance(Duration.ofMinutes(1));
        tracing.close();

        untilSent(() -> assertThat(named(receiver.spans(), "start")).hasSize(2));
        assertThat(named(receiver.spans(), "launch"))
                .extracting(launch -> launch.attributes().get("mayfly.replica"))
                .containsExactly("web-0");
    }

    @Test
    void aLaunchThatFailsSaysWhyInOneWord() throws Exception {
        runtime.faults(launch -> Optional.of(new Fault(false, new Failure("CreateContainerError", SECRET))));

        scaleUp();
        tracing.close();

        untilSent(() -> assertThat(named(receiver.spans(), "launch")).hasSize(REPLICAS));
        assertThat(named(receiver.spans(), "launch"))
                .allMatch(Span::failed)
                .allMatch(launch -> launch.attributes().get("error.type").equals("CreateContainerError"));
        assertThat(receiver.everything()).doesNotContain(SECRET);
    }

    @Test
    void aReconciliationThatChangesNothingIsNotTraced() throws Exception {
        assertThat(tracing.reconciling(Samples.WEB, () -> "done")).isEqualTo("done");
        tracing.close();

        assertThat(receiver.spans()).isEmpty();
    }

    /** On a busy machine the last batch is sent later than the operator waits for it. */
    private static void untilSent(ThrowingRunnable claim) {
        await().atMost(Duration.ofMinutes(1)).untilAsserted(claim);
    }

    private void scaleUp() throws Exception {
        tracing.reconciling(Samples.WEB, () -> {
            IntStream.range(0, REPLICAS).forEach(slot -> launch(slot, Probes.NONE));
            return "done";
        });
        runtime.advance(Duration.ofMinutes(1));
    }

    private void launch(int slot, Probes probes) {
        var template = Samples.template("a")
                .withProbes(probes)
                .withProcess(process -> process.withEnv(List.of(new Env("PASSWORD", SECRET, Env.Kind.PLAIN))));
        runtime.launch(new Launch(Samples.id(slot, 1), "v1", template, 0, 0, runtime.now(), Priority.SCALE));
    }

    private static Probes readiness(String command) {
        var second = Duration.ofSeconds(1);
        var probe = new Probe(new Probe.Exec(List.of(command)), Duration.ZERO, second, second, 1, 1);
        return new Probes(Optional.empty(), Optional.of(probe), Optional.empty());
    }

    private static Span only(List<Span> spans, String name) {
        assertThat(named(spans, name)).hasSize(1);
        return named(spans, name).getFirst();
    }

    private static List<Span> named(List<Span> spans, String name) {
        return spans.stream().filter(span -> span.name().equals(name)).toList();
    }
}
