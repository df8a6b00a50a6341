package dev.mayfly.metrics;

import dev.mayfly.operator.cleanup.RemnantsCounted;
import dev.mayfly.operator.image.ImagesReclaimed;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;

/** Metrics of the sweep and the image collection: what they find and remove. */
@ApplicationScoped
class SweepMetrics {
    private final MeterRegistry registry;
    private final Counter images;
    private final Counter layers;
    private final Counter bytes;
    private volatile double leftovers = Double.NaN;

    SweepMetrics(MeterRegistry registry) {
        this.registry = registry;
        images = Counter.builder("mayfly.images.reclaimed")
                .description("Images that collection removed")
                .register(registry);
        layers = Counter.builder("mayfly.images.reclaimed.layers")
                .description("Layers removed with the images that collection removed")
                .register(registry);
        bytes = Counter.builder("mayfly.images.reclaimed.bytes")
                .description("Size of the layers removed with the images that collection removed")
                .register(registry);
    }

    void start(@Observes StartupEvent started) {
        Gauge.builder("mayfly.leftovers", () -> leftovers)
                .description(
                        "Shims, mounts, cgroups, network namespaces, interfaces and firewall rules that removed replicas"
                                + " and networks left; not a number if the operator can't see them")
                .register(registry);
    }

    void reclaimed(@Observes ImagesReclaimed reclaimed) {
        images.increment(reclaimed.images());
        layers.increment(reclaimed.layers());
        bytes.increment(reclaimed.bytes());
    }

    void counted(@Observes RemnantsCounted remnants) {
        leftovers = remnants.count().isPresent() ? remnants.count().getAsInt() : Double.NaN;
    }
}
