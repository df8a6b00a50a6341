package dev.mayfly.bench.page;

import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** The times that were measured of one contender. */
final class Times {
    private static final double MILLIS = 1000;

    private final Map<Scenario, List<Double>> seconds = new EnumMap<>(Scenario.class);

    void add(Scenario scenario, Duration time) {
        seconds.computeIfAbsent(scenario, none -> new ArrayList<>()).add(time.toMillis() / MILLIS);
    }

    /** In seconds; empty: it was not measured. */
    Optional<Double> median(Scenario scenario) {
        return sorted(scenario).map(all -> all.get(all.size() / 2));
    }

    /** The median with the least and the most, such as {@code 7.86 s (7.25–8.01)}; a dash: it was not measured. */
    String text(Scenario scenario) {
        return sorted(scenario)
                .map(all -> String.format(
                        Locale.ROOT, "%.2f s (%.2f–%.2f)", all.get(all.size() / 2), all.getFirst(), all.getLast()))
                .orElse("–");
    }

    private Optional<List<Double>> sorted(Scenario scenario) {
        return Optional.ofNullable(seconds.get(scenario))
                .map(all -> all.stream().sorted().toList());
    }
}
