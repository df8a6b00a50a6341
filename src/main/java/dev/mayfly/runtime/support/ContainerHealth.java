package dev.mayfly.runtime.support;

import dev.mayfly.core.model.Phase;
import dev.mayfly.core.model.Probe.Probes;
import dev.mayfly.core.model.Replica;
import java.util.Optional;

/**
 * A container's probes, and the state of the image's own health check as the engine reports it. Pure.
 *
 * @param address the container's IP address; empty if it has none or the engine reports none
 * @param healthCheck whether the image's own health check succeeds; empty if the image has none or it is disabled
 */
public record ContainerHealth(Probes probes, String address, Optional<Boolean> healthCheck) {

    /** True if running alone does not make the container ready. */
    public boolean gated() {
        return probes.gate() || healthCheck.isPresent();
    }

    /** The replica with the readiness that follows from this alone. */
    public Replica on(Replica replica) {
        var known = replica.withHealth(health -> health.withGated(gated()));
        return !gated() || replica.phase() != Phase.RUNNING || healthCheck.orElse(false)
                ? known
                : known.withHealth(health -> health.withReady(false).withReadySince(Optional.empty()));
    }
}
