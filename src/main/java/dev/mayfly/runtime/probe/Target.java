package dev.mayfly.runtime.probe;

import dev.mayfly.model.ReplicaId;
import java.time.Instant;

/**
 * A running replica as its probes need to know it.
 *
 * @param container the runtime's name for it
 * @param address its own IP address; empty if it has none or no probe needs one
 * @param startedAt start of its PID 1
 * @param found true if it was already running when this process first saw it
 */
public record Target(ReplicaId id, String container, String address, Instant startedAt, boolean found) {}
