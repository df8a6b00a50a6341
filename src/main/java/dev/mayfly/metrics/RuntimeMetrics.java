package dev.mayfly.metrics;

import dev.mayfly.core.model.Launch.Priority;
import dev.mayfly.core.model.Removal.Cause;
import dev.mayfly.runtime.ContainerRuntime;
import dev.mayfly.runtime.Measuring.Measurement;
import dev.mayfly.runtime.Measuring.Measurement.CallBegun;
import dev.mayfly.runtime.Measuring.Measurement.Created;
import dev.mayfly.runtime.Measuring.Measurement.LaunchFailed;
import dev.mayfly.runtime.Measuring.Measurement.Launching;
import dev.mayfly.runtime.Measuring.Measurement.PoolNeeded;
import dev.mayfly.runtime.Measuring.Measurement.PullEnded;
import dev.mayfly.runtime.Measuring.Measurement.Removed;
import dev.mayfly.runtime.Measuring.Measurement.Started;
import dev.mayfly.runtime.Runtimes;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Stream;

/** Metrics of the runtimes: launches, removals, pulls, and the queue of calls to the engine. */
@ApplicationScoped
class RuntimeMetrics {
    private static final String HIT = "hit";
    private static final String MISS = "miss";

    private final Runtimes runtimes;
    private final MeterRegistry registry;

    RuntimeMetrics(Runtimes runtimes, MeterRegistry registry) {
        this.runtimes = runtimes;
        this.registry = registry;
    }

    /** Registers what may occur, so that a series exists before its first event. */
    void start(@Observes StartupEvent started) {
        Stream.of("started", "created", "failed").forEach(this::launches);
        Arrays.stream(Cause.values()).forEach(this::removals);
        Arrays.stream(Priority.values()).forEach(this::queue);
        pulls(PullEnded.PULLED);
        Stream.of(HIT, MISS).forEach(this::warm);
        Stream.of(Durations.START, Durations.HEAL, Durations.PULL).forEach(each -> each.in(registry, Tags.empty()));
        runtimes.with(ContainerRuntime::measuring).forEach(runtime -> runtime.onMeasurement(this::record));
    }

    private void queue(Priority priority) {
        Durations.CALL_WAIT.in(registry, label(priority));
        Gauge.builder("mayfly.engine.calls.waiting", () -> waiting(priority))
                .description("Calls to the engine that wait for their turn")
                .tags(label(priority))
                .register(registry);
    }

    private int waiting(Priority priority) {
        return runtimes.with(ContainerRuntime::measuring)
                .mapToInt(runtime -> runtime.waiting(priority))
                .sum();
    }

    private void record(Measurement measurement) {
        switch (measurement) {
            case CallBegun call ->
                Durations.CALL_WAIT.in(registry, label(call.priority())).record(call.waited());
            case Started started -> {
                launches("started").increment();
                Durations.START.in(registry, Tags.empty()).record(started.took());
                started.healed()
                        .ifPresent(healed ->
                                Durations.HEAL.in(registry, Tags.empty()).record(healed));
            }
            case PoolNeeded needed -> {
                warm(HIT).increment(needed.hits());
                warm(MISS).increment(needed.misses());
            }
            case Created created -> launches("created").increment();
            case LaunchFailed failed -> launches("failed").increment();
            case Launching stage -> {} // of one replica, for traces
            case Removed removed -> removals(removed.cause()).increment();
            case PullEnded pull -> {
                pulls(pull.result()).increment();
                if (pull.result().equals(PullEnded.PULLED)) {
                    Durations.PULL.in(registry, Tags.empty()).record(pull.took());
                }
            }
        }
    }

    private Counter launches(String result) {
        return Counter.builder("mayfly.launches")
                .description("Launches of replicas that ended; created: its container is started later")
                .tag("result", result)
                .register(registry);
    }

    private Counter warm(String result) {
        return Counter.builder("mayfly.warm.requests")
                .description(
                        "Replicas that workloads with a warm pool needed; hit: released from the pool, miss: started")
                .tag("result", result)
                .register(registry);
    }

    private Counter removals(Cause cause) {
        return Counter.builder("mayfly.removals")
                .description("Replicas that were removed")
                .tag("cause", lower(cause))
                .register(registry);
    }

    private Counter pulls(String result) {
        return Counter.builder("mayfly.image.pulls")
                .description(
                        "Pulls of images that ended: success, error if the engine did not answer, or why they failed")
                .tag("result", result)
                .register(registry);
    }

    private static Tags label(Priority priority) {
        return Tags.of("priority", lower(priority));
    }

    static String lower(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }
}
