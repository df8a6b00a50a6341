package dev.mayfly.metrics;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Arrays;

/** Histograms of durations, with bounds that fit what is measured. */
enum Durations {
    RECONCILIATION("mayfly.reconciliation.duration", "Duration of reconciliations", 1, 5, 10, 50, 100, 500, 1000, 5000),
    CALL_WAIT(
            "mayfly.engine.call.wait",
            "Time that calls to the engine waited for their turn",
            10,
            50,
            100,
            500,
            1000,
            2000,
            5000,
            10_000,
            30_000,
            60_000),
    START(
            "mayfly.replica.start.duration",
            "Time from the decision to start a replica until its container runs, with the pull of its image",
            100,
            250,
            500,
            1000,
            2000,
            5000,
            10_000,
            30_000,
            60_000,
            300_000),
    HEAL(
            "mayfly.replica.heal.duration",
            "Time from the end of a replica until its successor runs; without retries, which wait on purpose",
            250,
            500,
            1000,
            2000,
            3000,
            5000,
            10_000,
            30_000,
            60_000,
            300_000),
    PULL(
            "mayfly.image.pull.duration",
            "Duration of pulls that brought their image, without the wait for other pulls",
            1000,
            5000,
            10_000,
            30_000,
            60_000,
            120_000,
            300_000,
            600_000,
            1_800_000);

    private final String meter;
    private final String description;
    private final Duration[] bounds;

    Durations(String meter, String description, long... milliseconds) {
        this.meter = meter;
        this.description = description;
        this.bounds = Arrays.stream(milliseconds).mapToObj(Duration::ofMillis).toArray(Duration[]::new);
    }

    /** The histogram with these labels, which is the same for each call. */
    Timer in(MeterRegistry registry, Tags labels) {
        return Timer.builder(meter)
                .description(description)
                .tags(labels)
                .serviceLevelObjectives(bounds)
                .register(registry);
    }
}
