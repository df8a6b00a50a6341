package dev.mayfly.metrics;

import dev.mayfly.core.model.OwnerId;
import dev.mayfly.tracing.Tracing;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.javaoperatorsdk.operator.api.monitoring.Metrics;
import io.javaoperatorsdk.operator.processing.Controller;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import jakarta.inject.Singleton;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/** Counts, times and traces reconciliations by kind. Takes the place of the framework's metrics, which have labels for each resource. */
@Singleton
class ReconciliationMetrics implements Metrics {
    private static final String SUCCESS = "success";
    private static final String ERROR = "error";

    private final MeterRegistry registry;
    private final Tracing tracing;
    /** Kinds by the name of their controller. */
    private final Map<String, String> kinds = new ConcurrentHashMap<>();

    ReconciliationMetrics(MeterRegistry registry, Tracing tracing) {
        this.registry = registry;
        this.tracing = tracing;
    }

    @Override
    public void controllerRegistered(Controller<? extends HasMetadata> controller) {
        var configuration = controller.getConfiguration();
        var kind = HasMetadata.getKind(configuration.getResourceClass());
        kinds.put(configuration.getName(), kind);
        counter(kind, SUCCESS);
        counter(kind, ERROR);
        Durations.RECONCILIATION.in(registry, Tags.of("kind", kind));
    }

    @Override
    public <T> T timeControllerExecution(ControllerExecution<T> execution) throws Exception {
        var kind = kinds.getOrDefault(execution.controllerName(), execution.controllerName());
        var begin = System.nanoTime();
        var result = ERROR;
        try {
            var control = tracing.reconciling(owner(kind, execution.resourceID()), execution::execute);
            result = SUCCESS;
            return control;
        } finally {
            counter(kind, result).increment();
            Durations.RECONCILIATION
                    .in(registry, Tags.of("kind", kind))
                    .record(System.nanoTime() - begin, TimeUnit.NANOSECONDS);
        }
    }

    /** The framework names no UID here; nothing is found by it. */
    private static OwnerId owner(String kind, ResourceID resource) {
        return new OwnerId(kind, resource.getNamespace().orElse(""), resource.getName(), "");
    }

    private Counter counter(String kind, String result) {
        return Counter.builder("mayfly.reconciliations")
                .description("Reconciliations; one that fails is an error and is tried again")
                .tag("kind", kind)
                .tag("result", result)
                .register(registry);
    }
}
