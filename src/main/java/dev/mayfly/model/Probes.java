package dev.mayfly.model;

import java.util.Optional;

/**
 * What says whether a running replica is well.
 *
 * @param startup until it succeeded once neither of the others is asked; its failure ends the replica
 * @param readiness whether the replica counts as ready; empty: it does while it runs (and the startup probe succeeded)
 * @param liveness its failure ends the replica
 */
public record Probes(Optional<Probe> startup, Optional<Probe> readiness, Optional<Probe> liveness) {
    public static final Probes NONE = new Probes(Optional.empty(), Optional.empty(), Optional.empty());

    /** True where at least one is given: the image's own {@code HEALTHCHECK} is off then. */
    public boolean given() {
        return startup.isPresent() || readiness.isPresent() || liveness.isPresent();
    }

    /** True where a replica that runs is not ready before a probe said so. */
    public boolean gate() {
        return startup.isPresent() || readiness.isPresent();
    }
}
