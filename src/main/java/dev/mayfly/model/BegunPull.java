package dev.mayfly.model;

import java.util.Objects;

/**
 * A pull with a workload's own credentials that has begun and is not known to be over.
 *
 * @param reference as it is asked of the registry
 * @param before id of what the reference meant on the engine when it began; empty: nothing
 * @param access fingerprint of the credentials, as in {@link PulledImage#access}
 */
public record BegunPull(String reference, String before, String access) {
    public BegunPull {
        Objects.requireNonNull(reference, "reference");
        Objects.requireNonNull(before, "before");
        Objects.requireNonNull(access, "access");
    }
}
