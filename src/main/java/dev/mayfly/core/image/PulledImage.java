package dev.mayfly.core.image;

import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The record of an image that Mayfly pulled. It outlives a restart.
 *
 * @param id content id, {@code sha256:…}
 * @param references names that Mayfly's pulls gave the image, as workloads wrote them, without those it had before,
 *     which are a user's. Empty: the image was on the engine before, and a pull only confirmed that its registry
 *     serves it
 * @param pulledAt time of the last pull
 * @param usedAt when a replica was last seen to run the image, or the time of the last pull, whichever is later
 * @param access fingerprints of credentials with which the registry served the image, latest first; {@link
 *     #ANYBODY} comes before all if it served the image without
 */
public record PulledImage(String id, Set<String> references, Instant pulledAt, Instant usedAt, Set<String> access) {
    /** In {@link #access}: the registry served the image without credentials, or with those of the operator itself. */
    public static final String ANYBODY = "anybody";
    /**
     * Most fingerprints kept. Tokens that change every few hours must not fill the memory; a forgotten one is checked
     * with the registry again.
     */
    static final int MOST_ACCESS = 50;

    /** The two sets joined in order, later ones first, as far as they fit. {@link #ANYBODY} is never dropped. */
    public static Set<String> access(Set<String> later, Set<String> earlier) {
        var both = Stream.of(later, earlier).flatMap(Set::stream).toList();
        return Stream.concat(both.stream().filter(ANYBODY::equals), both.stream())
                .distinct()
                .limit(MOST_ACCESS)
                .collect(Collectors.collectingAndThen(
                        Collectors.toCollection(LinkedHashSet::new), Collections::unmodifiableSet));
    }

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
}
