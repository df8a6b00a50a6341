package dev.mayfly.status;

import static dev.mayfly.status.Conditions.condition;

import dev.mayfly.model.Desired;
import dev.mayfly.model.Failure;
import dev.mayfly.model.Observed;
import dev.mayfly.model.Phase;
import io.fabric8.kubernetes.api.model.Condition;
import java.util.Optional;
import java.util.Set;

/** What keeps a workload from being as desired. */
final class Degradation {
    static final String TYPE = "Degraded";
    private static final String NO_ROOM = "InsufficientCapacity";
    private static final String GIVEN_UP = "SlotsGivenUp";
    /** These are over once nobody says so any longer. */
    private static final Set<String> NOT_OF_REPLICAS = Set.of(
            "InvalidSpec",
            "EngineUnreachable",
            "ConfigMapNotFound",
            "SecretNotFound",
            "ConfigMapUnreadable",
            "SecretUnreadable",
            "HashKeyUnreadable",
            "ClaimNotFound",
            "ClaimNotBound",
            "ClaimNotUsable",
            "ClaimUnreadable",
            NO_ROOM,
            GIVEN_UP);

    private Degradation() {}

    static Condition of(
            Conditions known, Desired desired, Observed observed, Optional<Failure> trouble, long generation) {
        return trouble.or(() -> Failing.of(observed))
                .or(() -> Failing.unwritable(observed, desired.revision()))
                .or(() -> retried(known, desired, observed))
                .or(() -> givenUp(desired))
                .or(() -> noRoom(desired))
                .map(why -> because(why, generation))
                .orElseGet(() -> condition(TYPE, "False", "AsExpected", "", generation));
    }

    static Condition because(Failure why, long generation) {
        return condition(TYPE, "True", why.reason(), why.message(), generation);
    }

    /** While the next try is under way the last word stands: else the condition would flap with every try. */
    private static Optional<Failure> retried(Conditions known, Desired desired, Observed observed) {
        return known.find(TYPE)
                .filter(c -> c.getStatus().equals("True") && !NOT_OF_REPLICAS.contains(c.getReason()))
                .filter(c -> observed.ready() < desired.replicas() && observed.count(Phase.PENDING) > 0)
                .map(c -> new Failure(c.getReason(), c.getMessage()));
    }

    private static Optional<Failure> givenUp(Desired desired) {
        return Optional.ofNullable(SlotRanges.format(desired.givenUp()))
                .map(slots -> new Failure(
                        GIVEN_UP,
                        "Slots " + slots + " are given up, because their replicas wrote outside of volumes and"
                                + " spec.ephemerality.audit.onWrite is Stop: "
                                + desired.withoutGivenUp().replicas() + " of " + desired.replicas()
                                + " replicas are to run. Mount volumes at status.ephemerality.suggestedVolumes: a change"
                                + " of the template fills the slots again."));
    }

    private static Optional<Failure> noRoom(Desired desired) {
        return desired.admitted() < desired.replicas()
                ? Optional.of(new Failure(
                        NO_ROOM,
                        "There is room for " + desired.admitted() + " of " + desired.replicas() + " replicas."))
                : Optional.empty();
    }
}
