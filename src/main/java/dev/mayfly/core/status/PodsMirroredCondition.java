package dev.mayfly.core.status;

import static dev.mayfly.core.status.Conditions.condition;

import dev.mayfly.core.status.PodsMirroredCondition.Mirroring.State;
import io.fabric8.kubernetes.api.model.Condition;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** The {@code PodsMirrored} condition: whether each replica that has started is shown as a Pod. */
public final class PodsMirroredCondition {
    public static final String TYPE = "PodsMirrored";

    private PodsMirroredCondition() {}

    /**
     * How far the replicas of a workload are shown as Pods.
     *
     * @param message for users; the same as long as nothing changed
     */
    public record Mirroring(State state, String message) {
        public static final Mirroring COMPLETE =
                new Mirroring(State.COMPLETE, "Each replica that has started is shown as a Pod.");
        public static final Mirroring DISABLED =
                new Mirroring(State.DISABLED, "spec.mirrorPods is false, so that no replica is shown as a Pod.");
        public static final Mirroring NOT_YET =
                new Mirroring(State.NOT_YET, "The operator has not yet looked at the Pods on its node.");
        public static final Mirroring UNANSWERED =
                new Mirroring(State.UNKNOWN, "The API server did not answer when a Pod was to be written.");

        /** States of the mirrors, with the condition's status and reason for each. */
        public enum State {
            COMPLETE("True", "Mirrored"),
            /** Not known since the operator started: a condition that was written before that still holds. */
            NOT_YET("Unknown", "NotYetMirrored"),
            UNKNOWN("Unknown", "NotYetMirrored"),
            DISABLED("False", "MirrorsDisabled"),
            TOO_MANY("False", "TooManyPods"),
            REFUSED("False", "PodsRefused"),
            NAME_TAKEN("False", "PodNameTaken");

            private final String status;
            private final String reason;

            State(String status, String reason) {
                this.status = status;
                this.reason = reason;
            }
        }
    }

    /**
     * The conditions with this one.
     *
     * @param conditions null: none
     * @param mirroring empty: the operator has no node, and the condition is left out
     */
    public static List<Condition> merged(
            List<Condition> conditions, Optional<Mirroring> mirroring, long generation, Instant now) {
        var known = Conditions.of(conditions);
        return mirroring
                .map(state -> state.state() == State.NOT_YET && known.find(TYPE).isPresent()
                        ? known
                        : known.with(of(state, generation), now))
                .orElseGet(() -> known.without(TYPE))
                .list();
    }

    private static Condition of(Mirroring mirroring, long generation) {
        var state = mirroring.state();
        return condition(TYPE, state.status, state.reason, mirroring.message(), generation);
    }
}
