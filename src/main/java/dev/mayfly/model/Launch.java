package dev.mayfly.model;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * A request to create a replica and to start it once {@code notBefore} has passed. A second request for a replica that
 * is {@link Phase#CREATED} starts it.
 *
 * @param id workload, slot and attempt
 * @param revision the revision of {@code template}
 * @param template what to run
 * @param failures consecutive failures in this slot before this attempt
 * @param restarts number of successors created in this slot so far
 * @param notBefore earliest start; in the future: the container is created and not started
 * @param priority place in the engine's queue
 */
public record Launch(
        ReplicaId id,
        String revision,
        Template template,
        int failures,
        int restarts,
        Instant notBefore,
        Priority priority) {

    /** True if the replica is to run now; false if its container is only to be created. */
    public boolean starts(Instant now) {
        return priority != Priority.MAKE && !notBefore.isAfter(now);
    }

    /** The replica as it is observed from the moment the launch is accepted. */
    public Replica pending(Instant now) {
        return new Replica(
                id,
                revision,
                Phase.PENDING,
                false,
                now,
                Optional.empty(),
                failures,
                restarts,
                notBefore,
                template.resources().requests(),
                Optional.empty(),
                false,
                Writes.NONE,
                template.probes().gate(),
                Optional.empty(),
                Duration.ZERO,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                "",
                "",
                Optional.of(template.grace()));
    }
}
