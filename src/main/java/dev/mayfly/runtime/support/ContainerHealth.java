package dev.mayfly.runtime.support;

import dev.mayfly.core.model.Phase;
import dev.mayfly.core.model.Probe.Probes;
import dev.mayfly.core.model.Replica;
import java.util.Optional;

/**
 * How a container is asked for its health, and what the engine itself says of it. Pure.
 *
 * @param address its own IP address; empty where it has none, or none is told
 * @param healthCheck whether the image's own health check succeeds; empty where it has none, or it is off
 */
public record ContainerHealth(Probes probes, String address, Optional<Boolean> healthCheck) {

    /** True where it is not ready by running alone. */
    public boolean gated() {
        return probes.gate() || healthCheck.isPresent();
    }

    /** The replica, as ready as is known from this alone. */
    public Replica on(Replica replica) {
        var known = replica.withGated(gated());
        return !gated() || replica.phase() != Phase.RUNNING || healthCheck.orElse(false)
                ? known
                : known.withReady(false).withReadySince(Optional.empty());
    }
}
