package dev.mayfly.model;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * A request to make a replica exist, and run once {@code notBefore} has passed. Asked again for a replica that is
 * {@link Phase#CREATED}, it starts that one.
 *
 * @param id which workload, slot and attempt
 * @param revision the revision of {@code template}
 * @param template what to run
 * @param failures consecutive failures in this slot before this attempt
 * @param restarts successors made in this slot so far
 * @param notBefore earliest start; in the future: the container is only created
 * @param priority its place in the engine's queue
 */
public record Launch(
        ReplicaId id,
        String revision,
        Template template,
        int failures,
        int restarts,
        Instant notBefore,
        Priority priority) {

    /** True where it is to run now; false where its container is only to be made. */
    public boolean starts(Instant now) {
        return priority != Priority.MAKE && !notBefore.isAfter(now);
    }

    /** The replica that this launch shows as from the moment it is accepted. */
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
