package dev.mayfly.metrics;

import dev.mayfly.config.LeaseSettings.Holder;
import dev.mayfly.core.model.Phase;
import dev.mayfly.metrics.ResourceCounts.InCondition;
import dev.mayfly.node.PodDirectory;
import dev.mayfly.operator.cluster.ResourceCaches;
import dev.mayfly.runtime.ContainerRuntime;
import dev.mayfly.runtime.RuntimeUnavailable;
import dev.mayfly.runtime.Runtimes;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Instant;
import java.util.List;
import java.util.function.Supplier;
import java.util.function.ToIntFunction;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Metrics of workloads, replicas, findings, mirror Pods, the engine and the Lease. An unknown value is not a number. */
@ApplicationScoped
class StateMetrics {
    private static final List<String> STATUSES = List.of("True", "False", "Unknown");

    private final Runtimes runtimes;
    private final PodDirectory pods;
    private final Holder lease;
    private final MeterRegistry registry;
    private final String version;
    private final Supplier<ResourceCounts> resources;

    StateMetrics(
            Runtimes runtimes,
            ResourceCaches caches,
            PodDirectory pods,
            Holder lease,
            MeterRegistry registry,
            @ConfigProperty(name = "quarkus.application.version") String version) {
        this.runtimes = runtimes;
        this.pods = pods;
        this.lease = lease;
        this.registry = registry;
        this.version = version;
        this.resources = new Snapshot<>(() -> ResourceCounts.of(caches.list()), System::nanoTime);
    }

    void start(@Observes StartupEvent started) {
        gauge("mayfly.build.info", "1; the operator's version is its label", Tags.of("version", version), () -> 1);
        gauge("mayfly.leader", "1 if this operator holds the Lease", Tags.empty(), () -> lease.holds() ? 1 : 0);
        gauge(
                "mayfly.mirror.pods",
                "Pods that show replicas",
                Tags.empty(),
                () -> pods.all().size());
        runtimes.names().forEach(this::engine);
        runtimes.names().forEach(this::replicas);
        resources();
    }

    private void engine(String runtime) {
        gauge(
                "mayfly.engine.up",
                "1 if the runtime's engine answers",
                Tags.of("runtime", runtime),
                () -> isUp(runtimes.of(runtime)) ? 1 : 0);
    }

    private static boolean isUp(ContainerRuntime runtime) {
        try {
            runtime.owners();
            return true;
        } catch (RuntimeUnavailable unavailable) {
            return false;
        }
    }

    private void replicas(String name) {
        var runtime = runtimes.of(name);
        var counts = new Counted(
                new Snapshot<>(() -> ReplicaCounts.of(runtime, Instant.EPOCH), System::nanoTime),
                Tags.of("runtime", name));
        for (var phase : Phase.values()) {
            counted(
                    counts.and("state", RuntimeMetrics.lower(phase)),
                    "mayfly.replicas",
                    "Replicas by the phase of their life",
                    of -> of.in(phase));
        }
        counted(counts, "mayfly.replicas.ready", "Replicas that are ready to serve", ReplicaCounts::ready);
        if (runtime.writeAudit().isPresent()) {
            counted(
                    counts,
                    "mayfly.audit.findings",
                    "Writes outside of volumes that the statuses list, up to 20 for each workload",
                    ReplicaCounts::findings);
            counted(
                    counts,
                    "mayfly.audit.dirty.replicas",
                    "Replicas that wrote outside of volumes",
                    ReplicaCounts::dirty);
        }
    }

    private record Counted(Supplier<ReplicaCounts> replicas, Tags labels) {
        Counted and(String key, String value) {
            return new Counted(replicas, labels.and(key, value));
        }
    }

    private void counted(Counted counts, String name, String description, ToIntFunction<ReplicaCounts> value) {
        gauge(name, description, counts.labels(), () -> {
            try {
                return value.applyAsInt(counts.replicas().get());
            } catch (RuntimeUnavailable unknown) {
                return Double.NaN;
            }
        });
    }

    private void resources() {
        gauge(
                "mayfly.replicas.desired",
                "Sum of spec.replicas of all workloads that are not at zero because nobody uses them",
                Tags.empty(),
                () -> resources.get().desired());
        ResourceCounts.TYPES.forEach((kind, types) -> {
            gauge(
                    "mayfly.workloads",
                    "Workloads and tasks by kind",
                    Tags.of("kind", kind),
                    () -> resources.get().of(kind));
            types.forEach(type -> STATUSES.forEach(status -> condition(new InCondition(kind, type, status))));
        });
    }

    private void condition(InCondition in) {
        gauge(
                "mayfly.workload.conditions",
                "Workloads and tasks whose condition of that type has that status",
                Tags.of("kind", in.kind(), "type", in.type(), "status", in.status()),
                () -> resources.get().in(in));
    }

    private void gauge(String name, String description, Tags labels, Supplier<Number> value) {
        Gauge.builder(name, value).description(description).tags(labels).register(registry);
    }
}
