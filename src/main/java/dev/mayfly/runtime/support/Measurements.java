package dev.mayfly.runtime.support;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.mayfly.core.model.Launch.Priority;
import dev.mayfly.core.model.Removal.Cause;
import dev.mayfly.core.model.ReplicaId;
import dev.mayfly.runtime.ContainerRuntime.Holding;
import dev.mayfly.runtime.Measuring;
import dev.mayfly.runtime.Measuring.Measurement.CallBegun;
import dev.mayfly.runtime.Measuring.Measurement.Created;
import dev.mayfly.runtime.Measuring.Measurement.LaunchFailed;
import dev.mayfly.runtime.Measuring.Measurement.Launching;
import dev.mayfly.runtime.Measuring.Measurement.Launching.Stage;
import dev.mayfly.runtime.Measuring.Measurement.PoolNeeded;
import dev.mayfly.runtime.Measuring.Measurement.PullEnded;
import dev.mayfly.runtime.Measuring.Measurement.Removed;
import dev.mayfly.runtime.Measuring.Measurement.Started;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.function.Consumer;

/** Passes measurements of a runtime to its listeners. */
public final class Measurements implements Measuring {
    /** A launch that the engine never answered may end without a fact. */
    private static final Duration LONGEST_LAUNCH = Duration.ofHours(1);

    private final List<Consumer<Measurement>> listeners = new CopyOnWriteArrayList<>();
    private final AtomicIntegerArray waiting = new AtomicIntegerArray(Priority.values().length);
    private final Cache<ReplicaId, Accepted> launches =
            Caffeine.newBuilder().expireAfterWrite(LONGEST_LAUNCH).build();

    /** @param ended when the replica that is replaced ended; empty if it is no heal */
    private record Accepted(Priority priority, Instant at, Optional<Instant> ended) {}

    @Override
    public void onMeasurement(Consumer<Measurement> listener) {
        listeners.add(listener);
    }

    @Override
    public int waiting(Priority priority) {
        return waiting.get(priority.ordinal());
    }

    void queued(Priority priority) {
        waiting.incrementAndGet(priority.ordinal());
    }

    /** So many calls that waited are not needed any more. */
    void dropped(Priority priority, int calls) {
        waiting.addAndGet(priority.ordinal(), -calls);
    }

    void begun(Priority priority, Duration waited) {
        waiting.decrementAndGet(priority.ordinal());
        publish(new CallBegun(priority, waited));
    }

    void accepted(ReplicaId id, Priority priority, Instant at, Optional<Instant> ended) {
        if (!listeners.isEmpty()) {
            launches.put(id, new Accepted(priority, at, ended));
            reached(id, Stage.ACCEPTED);
        }
    }

    /** An accepted launch entered a stage, and is not over. */
    void reached(ReplicaId id, Stage stage) {
        Optional.ofNullable(launches.getIfPresent(id))
                .ifPresent(launch -> publish(new Launching(id, launch.priority(), stage, Optional.empty())));
    }

    /** @param removal cause of the replica's removal before that fact; empty if none was accepted */
    void follow(ReplicaId id, Fact fact, Optional<Cause> removal) {
        switch (fact) {
            case Fact.Started started -> found(id, started.at());
            case Fact.Waits waits ->
                over(id, Stage.ENDED, Optional.empty()).ifPresent(accepted -> publish(new Created()));
            case Fact.Refused refused ->
                over(id, Stage.ENDED, Optional.of(refused.failure().reason()))
                        .ifPresent(accepted -> publish(new LaunchFailed()));
            case Fact.Gone gone -> {
                over(id, Stage.ENDED, Optional.empty());
                removal.ifPresent(cause -> publish(new Removed(cause)));
            }
            default -> {} // nothing ended
        }
    }

    /** A launch started its replica, or turned out to have done so although it was not answered. */
    void found(ReplicaId id, Instant at) {
        over(id, Stage.STARTED, Optional.empty()).ifPresent(accepted -> publish(started(accepted, at)));
    }

    /**
     * The warm pool of a runtime.
     *
     * @param hold accepts requests to hold a replica
     * @param resume accepts requests to continue a replica
     */
    public Holding holding(Consumer<ReplicaId> hold, Consumer<ReplicaId> resume) {
        return new Holding() {
            @Override
            public void hold(ReplicaId id) {
                hold.accept(id);
            }

            @Override
            public void resume(ReplicaId id) {
                resume.accept(id);
            }

            @Override
            public void needed(int hits, int misses) {
                publish(new PoolNeeded(hits, misses));
            }
        };
    }

    /** @param result see {@link PullEnded} */
    public void pulled(String result, Duration took) {
        publish(new PullEnded(result, took));
    }

    private Optional<Accepted> over(ReplicaId id, Stage stage, Optional<String> failure) {
        var accepted = Optional.ofNullable(launches.asMap().remove(id));
        accepted.ifPresent(launch -> publish(new Launching(id, launch.priority(), stage, failure)));
        return accepted;
    }

    private static Started started(Accepted accepted, Instant at) {
        return new Started(between(accepted.at(), at), accepted.ended().map(ended -> between(ended, at)));
    }

    /** The engine's times and ours may differ by milliseconds. */
    private static Duration between(Instant from, Instant to) {
        return to.isBefore(from) ? Duration.ZERO : Duration.between(from, to);
    }

    private void publish(Measurement measurement) {
        listeners.forEach(listener -> listener.accept(measurement));
    }
}
