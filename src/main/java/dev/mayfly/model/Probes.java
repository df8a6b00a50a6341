package dev.mayfly.model;

import java.util.Optional;

/**
 * The health probes of a replica.
 *
 * @param startup until it succeeds, the others do not run; its failure ends the replica
 * @param readiness whether the replica is ready; empty: it is ready while it runs and after the startup probe has
 *     succeeded
 * @param liveness its failure ends the replica
 */
public record Probes(Optional<Probe> startup, Optional<Probe> readiness, Optional<Probe> liveness) {
    public static final Probes NONE = new Probes(Optional.empty(), Optional.empty(), Optional.empty());

    /** True if there is at least one probe. The image's {@code HEALTHCHECK} is disabled then. */
    public boolean given() {
        return startup.isPresent() || readiness.isPresent() || liveness.isPresent();
    }

    /** True if a running replica is not ready until a probe succeeds. */
    public boolean gate() {
        return startup.isPresent() || readiness.isPresent();
    }
}
