package dev.mayfly.metrics;

import io.micrometer.prometheus.PrometheusMeterRegistry;
import jakarta.inject.Singleton;
import java.util.function.Supplier;

/** All metrics in Prometheus' text format, version 0.0.4. */
@Singleton
public class MetricsText implements Supplier<String> {
    private final PrometheusMeterRegistry registry;

    MetricsText(PrometheusMeterRegistry registry) {
        this.registry = registry;
    }

    @Override
    public String get() {
        return registry.scrape();
    }
}
