package dev.mayfly.simulation;

import dev.mayfly.simulation.SimulationResult.Sample;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The course of a simulation in a bounded number of samples, however long it takes. */
final class Sampling {
    static final int MOST = 1000;

    private final List<Sample> kept = new ArrayList<>();
    private Duration interval = Duration.ofMillis(20);
    private Sample latest;

    void add(Sample sample) {
        latest = sample;
        if (!kept.isEmpty() && sample.at().compareTo(kept.getLast().at().plus(interval)) < 0) {
            return;
        }
        kept.add(sample);
        if (kept.size() >= MOST) {
            interval = interval.multipliedBy(2);
            var every = new ArrayList<Sample>();
            for (var index = 0; index < kept.size(); index += 2) {
                every.add(kept.get(index));
            }
            kept.clear();
            kept.addAll(every);
        }
    }

    /** With the latest. */
    List<Sample> all() {
        if (latest != null && kept.getLast() != latest) {
            var all = new ArrayList<>(kept);
            all.add(latest);
            return List.copyOf(all);
        }
        return List.copyOf(kept);
    }
}
