package dev.mayfly.core.image;

import java.util.Objects;

/**
 * A pull with a workload's own credentials that was started and is not known to have ended.
 *
 * @param reference as requested from the registry
 * @param before id of the image that the reference named on the engine when the pull started; empty: none
 * @param access fingerprint of the credentials, as in {@link PulledImage#access}
 */
public record StartedPull(String reference, String before, String access) {
    public StartedPull {
        Objects.requireNonNull(reference, "reference");
        Objects.requireNonNull(before, "before");
        Objects.requireNonNull(access, "access");
    }
}
