package dev.mayfly.model;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What the image policies say of the image that a workload runs or is about to run.
 *
 * @param state whether that is known
 * @param breaches rules that are broken; empty: none
 * @param unseen why the image could not be looked into; empty: it was, or nobody tried yet
 */
public record Compliance(State state, List<Breach> breaches, Optional<Failure> unseen) {
    /** Where the runtime has no images, or nobody has been asked yet. */
    public static final Compliance UNKNOWN = new Compliance(State.UNKNOWN, List.of());

    /** The policies could not be read since the operator's start. */
    public static final Compliance UNREAD = new Compliance(State.UNREAD, List.of());

    /** No policy is about it. */
    public static final Compliance UNRULED = new Compliance(State.UNRULED, List.of());

    public Compliance(State state, List<Breach> breaches) {
        this(state, breaches, Optional.empty());
    }

    /** Of an image that could not be looked into. */
    public static Compliance unseen(Failure why) {
        return new Compliance(State.UNKNOWN, List.of(), Optional.of(why));
    }

    /** Of breaches in a message. */
    private static final int NAMED = 4;

    /** How much is known. */
    public enum State {
        /** What the policies ask for, but not what is in the image. */
        UNKNOWN,
        /** Nobody knows what the policies ask for: nothing is started. */
        UNREAD,
        /** No policy is about that image in that namespace. */
        UNRULED,
        JUDGED
    }

    /**
     * A rule that is broken.
     *
     * @param policy name of the ImagePolicy
     * @param enforced true: nothing may be started from the image
     * @param rule as the field of {@code require} is called
     * @param message which value breaks it, and what to do
     */
    public record Breach(String policy, boolean enforced, String rule, String message) {

        @Override
        public String toString() {
            return "ImagePolicy " + policy + ", " + rule + (enforced ? "" : " (reported only)") + ": " + message;
        }
    }

    /** True where nothing may be started. */
    public boolean forbids() {
        return breaches.stream().anyMatch(Breach::enforced);
    }

    /** The breaches for people to read, those that forbid first; bounded. Empty: there are none. */
    public String summary() {
        var first = breaches.stream()
                .sorted(Comparator.comparing(Breach::enforced).reversed())
                .limit(NAMED)
                .map(Breach::toString)
                .collect(Collectors.joining("; "));
        return breaches.size() > NAMED ? first + "; and " + (breaches.size() - NAMED) + " more" : first;
    }
}
