package dev.mayfly.core.policy;

import dev.mayfly.core.model.Failure;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The verdict of the image policies on the image that a workload runs or is about to run.
 *
 * @param state how much is known
 * @param breaches rules that the image breaks; empty: none
 * @param inspectFailure why the image could not be inspected; empty: it was inspected, or no inspection was tried yet
 */
public record Compliance(State state, List<Breach> breaches, Optional<Failure> inspectFailure) {
    /** The runtime has no images, or they are not known yet. */
    public static final Compliance UNKNOWN = new Compliance(State.UNKNOWN, List.of());

    /** The operator has not been able to read the policies since it started. */
    public static final Compliance POLICIES_UNKNOWN = new Compliance(State.POLICIES_UNKNOWN, List.of());

    /** No policy applies to the image. */
    public static final Compliance NO_POLICY = new Compliance(State.NO_POLICY, List.of());

    public Compliance(State state, List<Breach> breaches) {
        this(state, breaches, Optional.empty());
    }

    /** The compliance of an image that could not be inspected. */
    public static Compliance notInspected(Failure why) {
        return new Compliance(State.UNKNOWN, List.of(), Optional.of(why));
    }

    /** Most breaches that a message names. */
    private static final int NAMED = 4;

    /** How much is known. */
    public enum State {
        /** The policies were read; the image's content is not known. */
        UNKNOWN,
        /** The policies were not read: nothing is started. */
        POLICIES_UNKNOWN,
        /** No policy applies to the image in the workload's namespace. */
        NO_POLICY,
        EVALUATED
    }

    /**
     * A rule that an image breaks.
     *
     * @param policy name of the ImagePolicy
     * @param enforced true: nothing may be started from the image
     * @param rule name of the field of {@code require}
     * @param message the value that breaks the rule, and how to fix it
     */
    public record Breach(String policy, boolean enforced, String rule, String message) {

        @Override
        public String toString() {
            return "ImagePolicy " + policy + ", " + rule + (enforced ? "" : " (reported only)") + ": " + message;
        }
    }

    /** True if nothing may be started from the image. */
    public boolean forbids() {
        return breaches.stream().anyMatch(Breach::enforced);
    }

    /** The breaches as text for users, enforced ones first; at most four in full. Empty: there are none. */
    public String summary() {
        var first = breaches.stream()
                .sorted(Comparator.comparing(Breach::enforced).reversed())
                .limit(NAMED)
                .map(Breach::toString)
                .collect(Collectors.joining("; "));
        return breaches.size() > NAMED ? first + "; and " + (breaches.size() - NAMED) + " more" : first;
    }
}
