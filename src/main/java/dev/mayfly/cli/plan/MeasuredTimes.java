package dev.mayfly.cli.plan;

import dev.mayfly.runtime.simulated.Distribution;
import dev.mayfly.runtime.simulated.SimulationSettings.Times;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodCondition;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The times of a workload's replicas as its Pods show them, to the second.
 *
 * <p>Pods that show replicas of an engine tell none: they are made after their containers started, and outlive them.
 *
 * @param starts from each Pod's creation until its container ran
 * @param readies from then until it was ready
 * @param slots slots of the replicas that run, oldest first
 */
record MeasuredTimes(List<Duration> starts, List<Duration> readies, List<Integer> slots) {
    /** A Pod may have waited for days for a machine, or its clock may be another: that is no start. */
    private static final Duration LONGEST = Duration.ofHours(1);

    private static final String SLOT = "mayfly.dev/slot";

    /** When a replica's Pod was created, its container started, and it became ready. */
    private record Life(Optional<Integer> slot, Instant created, Instant started, Optional<Instant> ready) {}

    /** @param mirrors true if the Pods only show what runs elsewhere */
    static MeasuredTimes of(List<Pod> pods, boolean mirrors) {
        var lives = pods.stream().flatMap(pod -> life(pod).stream()).toList();
        var told = mirrors ? List.<Life>of() : lives;
        return new MeasuredTimes(
                times(told.stream().map(life -> Duration.between(life.created(), life.started()))),
                times(told.stream()
                        .flatMap(life -> life.ready().stream().map(ready -> Duration.between(life.started(), ready)))),
                lives.stream()
                        .sorted(Comparator.comparing(Life::started))
                        .flatMap(life -> life.slot().stream())
                        .distinct()
                        .toList());
    }

    boolean none() {
        return starts.isEmpty();
    }

    /** These times in place of the defaults, as far as there are any. A call that creates is part of the start. */
    Times in(Times defaults) {
        if (none()) {
            return defaults;
        }
        var started = defaults.withCreate(Distribution.fixed(Duration.ZERO)).withStart(Distribution.measured(starts));
        return readies.isEmpty() ? started : started.withReady(Distribution.measured(readies));
    }

    /** The middle of the times; 0 if there are none. */
    static Duration median(List<Duration> times) {
        return times.isEmpty()
                ? Duration.ZERO
                : times.stream().sorted().toList().get(times.size() / 2);
    }

    private static List<Duration> times(Stream<Duration> times) {
        return times.filter(time -> !time.isNegative() && time.compareTo(LONGEST) <= 0)
                .toList();
    }

    private static Optional<Life> life(Pod pod) {
        var statuses = pod.getStatus() == null ? null : pod.getStatus().getContainerStatuses();
        if (statuses == null
                || statuses.isEmpty()
                || statuses.getFirst().getState() == null
                || statuses.getFirst().getState().getRunning() == null) {
            return Optional.empty();
        }
        var created = instant(pod.getMetadata().getCreationTimestamp());
        var started = instant(statuses.getFirst().getState().getRunning().getStartedAt());
        var ready = pod.getStatus().getConditions().stream()
                .filter(condition -> condition.getType().equals("Ready") && "True".equals(condition.getStatus()))
                .findFirst()
                .map(PodCondition::getLastTransitionTime)
                .flatMap(MeasuredTimes::instant);
        return created.flatMap(at -> started.map(began -> new Life(slot(pod), at, began, ready)));
    }

    private static Optional<Integer> slot(Pod pod) {
        var labels = pod.getMetadata().getLabels();
        try {
            return labels == null || labels.get(SLOT) == null
                    ? Optional.empty()
                    : Optional.of(Integer.parseInt(labels.get(SLOT)));
        } catch (NumberFormatException foreign) {
            return Optional.empty();
        }
    }

    private static Optional<Instant> instant(String text) {
        try {
            return text == null ? Optional.empty() : Optional.of(Instant.parse(text));
        } catch (DateTimeException malformed) {
            return Optional.empty();
        }
    }
}
