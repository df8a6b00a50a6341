package dev.mayfly.core.model;

import dev.mayfly.core.model.Desired.WarmPool.Hold;
import dev.mayfly.core.model.Replica.Health;
import dev.mayfly.core.model.Replica.Outcome;
import dev.mayfly.core.model.Replica.SlotHistory;
import dev.mayfly.core.model.Replica.Writes;
import java.time.Instant;
import java.util.Optional;

/**
 * A request to create a replica and to start it once {@code notBefore} has passed. A second request for a replica that
 * is {@link Phase#CREATED} starts it; one for a replica of the warm pool that is not {@code warm} releases it.
 *
 * @param id workload, slot and attempt
 * @param revision the revision of {@code template}
 * @param template what to run
 * @param failures consecutive failures in this slot before this attempt
 * @param restarts number of successors created in this slot so far
 * @param notBefore earliest start; in the future: the container is created and not started
 * @param priority place in the engine's queue
 * @param hold how it is to be held in the warm pool once it is ready; empty: it is not made for the pool
 */
public record Launch(
        ReplicaId id,
        String revision,
        Template template,
        int failures,
        int restarts,
        Instant notBefore,
        Priority priority,
        Optional<Hold> hold) {

    /** The launch of a replica that serves. */
    public Launch(
            ReplicaId id,
            String revision,
            Template template,
            int failures,
            int restarts,
            Instant notBefore,
            Priority priority) {
        this(id, revision, template, failures, restarts, notBefore, priority, Optional.empty());
    }

    /** The release of a replica from the warm pool. */
    public static Launch release(Replica held, Template template) {
        var history = held.history();
        return new Launch(
                held.id(),
                held.revision(),
                template,
                history.failures(),
                history.restarts(),
                history.notBefore(),
                Priority.RELEASE);
    }

    /** True if it releases a replica from the warm pool, which costs the engine no start. */
    public boolean releases() {
        return priority == Priority.RELEASE;
    }

    /** True if it starts a replica that a warm pool could have provided. */
    public boolean missesPool() {
        return !warm() && (priority == Priority.SCALE || priority == Priority.HEAL);
    }

    /** True if it is made for the warm pool. */
    public boolean warm() {
        return hold.isPresent();
    }

    /** This launch, for the warm pool. */
    public Launch forPool(Hold how) {
        return new Launch(id, revision, template, failures, restarts, notBefore, Priority.WARM, Optional.of(how));
    }

    /** True if the replica is to run now; false if its container is only to be created. */
    public boolean starts(Instant now) {
        return priority != Priority.MAKE && !notBefore.isAfter(now);
    }

    /** This launch with that earliest start. */
    public Launch withNotBefore(Instant earliest) {
        return new Launch(id, revision, template, failures, restarts, earliest, priority, hold);
    }

    /** The replica as it is observed from the moment the launch is accepted. */
    public Replica pending(Instant now) {
        return new Replica(
                id,
                revision,
                Phase.PENDING,
                now,
                Optional.empty(),
                new SlotHistory(failures, restarts, notBefore),
                template.reservation(),
                Writes.NONE,
                Health.initial(template.probes().gate()).withWarm(warm()),
                Outcome.NONE,
                "",
                Optional.of(template.lifecycle().grace()));
    }

    /**
     * Priorities of one workload's calls to the engine, highest first; after a heal another call is next. Workloads take
     * turns.
     */
    public enum Priority {
        /** Releases a replica from the warm pool, in milliseconds: it waits for no call of another priority. */
        RELEASE,
        /**
         * Replaces a replica. It comes first because fifty graceful stops that end at once are fifty removals, which must
         * not delay a heal.
         */
        HEAL,
        /** Removes a container. Every heal leaves a terminated container, and these must not pile up. */
        REMOVE,
        /**
         * Only creates the successor of a replica that failed again, which takes milliseconds. {@link #RETRY} starts it.
         */
        MAKE,
        SCALE,
        /**
         * Retries a slot that failed more than once in a row, or replaces a replica of a workload that used up its share: one
         * start at a time, so that crash loops don't slow other workloads down.
         */
        RETRY,
        /** Fills the warm pool: only while no other call of any workload waits. */
        WARM
    }
}
