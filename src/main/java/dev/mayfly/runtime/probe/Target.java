package dev.mayfly.runtime.probe;

import dev.mayfly.model.ReplicaId;
import java.time.Instant;

/**
 * A running replica, as one who asks it must know it.
 *
 * @param container the runtime's name for it
 * @param address its own IP address; empty where it has none, or none is needed
 * @param startedAt when its PID 1 started
 * @param found true where it ran before anybody of this process knew of it
 */
public record Target(ReplicaId id, String container, String address, Instant startedAt, boolean found) {}
