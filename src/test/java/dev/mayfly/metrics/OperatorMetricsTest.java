package dev.mayfly.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.mayfly.api.v1alpha1.EphemeralWorkload;
import dev.mayfly.core.model.Launch;
import dev.mayfly.core.model.Launch.Priority;
import dev.mayfly.core.model.Removal;
import dev.mayfly.core.model.Removal.Cause;
import dev.mayfly.core.model.Samples;
import dev.mayfly.core.model.Template.Requests;
import dev.mayfly.metrics.ResourceCounts.InCondition;
import dev.mayfly.node.PodDirectory;
import dev.mayfly.operator.cleanup.RemnantsCounted;
import dev.mayfly.operator.cluster.ResourceCaches;
import dev.mayfly.operator.image.ImagesReclaimed;
import dev.mayfly.runtime.Runtimes;
import dev.mayfly.runtime.simulated.SimulatedRuntime;
import dev.mayfly.tracing.TraceReceiver;
import dev.mayfly.tracing.TraceReceiver.Span;
import dev.mayfly.tracing.Tracing;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.javaoperatorsdk.operator.api.monitoring.Metrics.ControllerExecution;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.quarkus.runtime.StartupEvent;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class OperatorMetricsTest {
    private final MeterRegistry registry = new SimpleMeterRegistry();
    private final SimulatedRuntime runtime = new SimulatedRuntime(1, Samples.NOON, new Requests(64_000, 256L << 30));
    private final Runtimes runtimes = new Runtimes(Map.of("Simulated", runtime));
    private volatile boolean holds;
    private final StateMetrics state =
            new StateMetrics(runtimes, new ResourceCaches(), PodDirectory.EMPTY, () -> holds, registry, "1.2.3");

    @BeforeEach
    void start() {
        state.start(new StartupEvent());
        new RuntimeMetrics(runtimes, registry).start(new StartupEvent());
    }

    @Test
    void launchesAndRemovalsAreCounted() {
        launch(1);
        assertThat(count("mayfly.launches", "result", "started")).isEqualTo(1);
        assertThat(registry.get("mayfly.replica.start.duration").timer().count())
                .isEqualTo(1);

        runtime.remove(new Removal(Samples.id(0, 1), Duration.ZERO, Cause.SCALE_DOWN));
        runtime.advance(Duration.ofMinutes(1));

        assertThat(count("mayfly.removals", "cause", "scale_down")).isEqualTo(1);
        assertThat(count("mayfly.removals", "cause", "rollout")).isZero();
    }

    @Test
    void replicasThatAWarmPoolProvidedAreHitsAndTheOthersMisses() {
        runtime.holding().orElseThrow().needed(2, 1);
        runtime.holding().orElseThrow().needed(1, 0);

        assertThat(count("mayfly.warm.requests", "result", "hit")).isEqualTo(3);
        assertThat(count("mayfly.warm.requests", "result", "miss")).isEqualTo(1);
    }

    @Test
    void replicasAreCountedByTheirPhase() {
        launch(1);

        assertThat(gauge("mayfly.replicas", "state", "running")).isEqualTo(1);
        assertThat(gauge("mayfly.replicas", "state", "pending")).isZero();
    }

    @Test
    void whatIsUnknownIsNotZero() {
        runtime.available(false);

        assertThat(gauge("mayfly.engine.up", "runtime", "Simulated")).isZero();
        assertThat(gauge("mayfly.replicas", "state", "running")).isNaN();
        assertThat(registry.get("mayfly.audit.findings").gauge().value()).isNaN();

        runtime.available(true);
        assertThat(gauge("mayfly.engine.up", "runtime", "Simulated")).isEqualTo(1);
    }

    @Test
    void theOperatorLeadsWhileItHoldsTheLease() {
        assertThat(registry.get("mayfly.leader").gauge().value()).isZero();

        holds = true;
        assertThat(registry.get("mayfly.leader").gauge().value()).isEqualTo(1);

        holds = false;
        assertThat(registry.get("mayfly.leader").gauge().value()).isZero();
    }

    @Test
    void aReconciliationIsASuccessOrAnError() throws Exception {
        var metrics = new ReconciliationMetrics(registry, Tracing.off());
        var control = UpdateControl.<EphemeralWorkload>noUpdate();
        var failure = new IllegalStateException("no");

        assertThat(metrics.timeControllerExecution(execution(() -> control))).isSameAs(control);
        assertThatThrownBy(() -> metrics.timeControllerExecution(execution(() -> {
                    throw failure;
                })))
                .isSameAs(failure);

        assertThat(count("mayfly.reconciliations", "result", "success")).isEqualTo(1);
        assertThat(count("mayfly.reconciliations", "result", "error")).isEqualTo(1);
        assertThat(registry.get("mayfly.reconciliation.duration").timer().count())
                .isEqualTo(2);
    }

    @Test
    void aReconciliationIsTheTraceOfItsLaunches() throws Exception {
        try (var receiver = new TraceReceiver()) {
            try (var tracing = receiver.of(runtimes)) {
                new ReconciliationMetrics(registry, tracing).timeControllerExecution(execution(() -> {
                    launch(1);
                    return "done";
                }));
            }

            // on a busy machine the last batch is sent later than the operator waits for it
            await().atMost(Duration.ofMinutes(1))
                    .untilAsserted(() -> assertThat(receiver.spans())
                            .filteredOn(span -> span.name().equals("reconcile"))
                            .extracting(Span::attributes)
                            .singleElement()
                            .isEqualTo(Map.of(
                                    "k8s.namespace.name", "shop",
                                    "mayfly.kind", "ephemeralworkload",
                                    "mayfly.workload", "web")));
        }
    }

    @Test
    void resourcesAreCountedByTheirConditions() {
        var workload = Serialization.unmarshal("""
                kind: EphemeralWorkload
                apiVersion: mayfly.dev/v1alpha1
                metadata: {name: web, namespace: shop}
                spec: {replicas: 3}
                status: {conditions: [{type: Degraded, status: "True"}, {type: Ready, status: "False"}]}
                """, EphemeralWorkload.class);

        var counts = ResourceCounts.of(Stream.of(workload));

        assertThat(counts.desired()).isEqualTo(3);
        assertThat(counts.of("EphemeralWorkload")).isEqualTo(1);
        assertThat(counts.of("EphemeralTask")).isZero();
        assertThat(counts.in(new InCondition("EphemeralWorkload", "Degraded", "True")))
                .isEqualTo(1);
        assertThat(counts.in(new InCondition("EphemeralWorkload", "Degraded", "False")))
                .isZero();
    }

    @Test
    void whatWasReclaimedIsSummedAndWhatIsLeftIsTheNewestNumber() {
        var sweep = new SweepMetrics(registry);
        sweep.start(new StartupEvent());
        assertThat(registry.get("mayfly.leftovers").gauge().value()).isNaN();

        sweep.reclaimed(new ImagesReclaimed(1, 2, 300));
        sweep.reclaimed(new ImagesReclaimed(1, 1, 100));
        sweep.counted(new RemnantsCounted(OptionalInt.of(3)));
        sweep.counted(new RemnantsCounted(OptionalInt.of(1)));

        assertThat(registry.get("mayfly.images.reclaimed.bytes").counter().count())
                .isEqualTo(400);
        assertThat(registry.get("mayfly.leftovers").gauge().value()).isEqualTo(1);
    }

    @Test
    void theProcessKnowsItsMemoryAndCpuTime() {
        new ProcessMetrics(registry).start(new StartupEvent());

        assertThat(registry.get("process.resident.memory").gauge().value()).isGreaterThan(10e6);
        assertThat(registry.get("process.cpu").functionCounter().count()).isPositive();
        assertThat(registry.get("process.open.fds").gauge().value()).isPositive();
    }

    @Test
    void thereAreAsManySeriesWithTwentyReplicasAsWithOne() {
        launch(0, 1);
        var one = series();

        for (var slot = 1; slot < 20; slot++) {
            launch(slot, 1);
        }

        assertThat(gauge("mayfly.replicas", "state", "running")).isEqualTo(20);
        assertThat(series()).hasSizeGreaterThan(20).isEqualTo(one);
    }

    @Test
    void theGaugesOfOneScrapeShareASnapshot() {
        var taken = new int[1];
        var now = new long[1];
        var snapshot = new Snapshot<>(() -> ++taken[0], () -> now[0]);

        assertThat(List.of(snapshot.get(), snapshot.get())).containsExactly(1, 1);
        now[0] = Duration.ofSeconds(2).toNanos();
        assertThat(snapshot.get()).isEqualTo(2);
    }

    private Set<Meter.Id> series() {
        return registry.getMeters().stream().map(Meter::getId).collect(Collectors.toSet());
    }

    private void launch(int attempt) {
        launch(0, attempt);
    }

    private void launch(int slot, int attempt) {
        var launch =
                new Launch(Samples.id(slot, attempt), "v1", Samples.template("a"), 0, 0, runtime.now(), Priority.SCALE);
        runtime.launch(launch);
        runtime.advance(Duration.ofMinutes(1));
    }

    private double count(String name, String label, String value) {
        return registry.get(name).tag(label, value).counter().count();
    }

    private double gauge(String name, String label, String value) {
        return registry.get(name).tag(label, value).gauge().value();
    }

    private static <T> ControllerExecution<T> execution(Callable<T> reconciliation) {
        return new ControllerExecution<>() {
            @Override
            public String name() {
                return "reconcile";
            }

            @Override
            public String controllerName() {
                return "ephemeralworkload";
            }

            @Override
            public String successTypeName(T result) {
                return "none";
            }

            @Override
            public ResourceID resourceID() {
                return new ResourceID("web", "shop");
            }

            @Override
            public Map<String, Object> metadata() {
                return Map.of();
            }

            @Override
            public T execute() throws Exception {
                return reconciliation.call();
            }
        };
    }
}
