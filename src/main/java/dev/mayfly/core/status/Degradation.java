package dev.mayfly.core.status;

import static dev.mayfly.core.status.Conditions.condition;

import dev.mayfly.api.v1alpha1.EphemeralWorkloadStatus;
import dev.mayfly.core.model.Desired;
import dev.mayfly.core.model.Failure;
import dev.mayfly.core.model.Indexes;
import dev.mayfly.core.model.Observed;
import dev.mayfly.core.model.Phase;
import dev.mayfly.core.model.Replica;
import dev.mayfly.core.plan.AbandonedSlots;
import io.fabric8.kubernetes.api.model.Condition;
import java.time.Instant;
import java.util.Comparator;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** The {@code Degraded} condition: why a workload is not as desired. */
public final class Degradation {
    public static final String TYPE = "Degraded";
    private static final String NO_CAPACITY = "InsufficientCapacity";
    /** Reason of the condition, and of the Event. */
    public static final String GIVEN_UP = "SlotsGivenUp";

    /** Reasons that do not come from replicas. They no longer apply once they are not reported any more. */
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
            Failure.REVISIONS_UNREADABLE,
            NO_CAPACITY,
            GIVEN_UP,
            Failure.SHARE_EXCEEDED);

    private Degradation() {}

    static Condition of(
            Conditions known,
            Desired desired,
            Observed observed,
            FailedSlots failed,
            Optional<Failure> trouble,
            long generation) {
        return trouble.or(() -> exceededMaxConsecutiveFailures(desired, failed))
                .or(() -> ReplicaFailure.of(desired, observed))
                .or(() -> ReplicaFailure.readOnly(observed, desired.revision()))
                .or(() -> retried(known, desired, observed))
                .or(() -> wrote(desired, failed))
                .or(() -> noCapacity(desired))
                .map(why -> degraded(why, generation))
                .orElseGet(() -> asExpected(desired, observed, generation));
    }

    /**
     * The conditions while the observed state is not known. Those not mentioned here keep their values.
     */
    static Conditions unreachable(Conditions known, Failure why, long generation, Instant now) {
        var unseen = invalid(known, why, generation, now).with(unknown(EphemeralCondition.TYPE, why, generation), now);
        return known.find(CompliantCondition.TYPE)
                .filter(c -> c.getStatus().equals("True"))
                .map(c -> unseen.with(unknown(CompliantCondition.TYPE, why, generation), now))
                .orElse(unseen);
    }

    /** The conditions while a spec is invalid and nothing can be observed for it. */
    static Conditions invalid(Conditions known, Failure why, long generation, Instant now) {
        return known.with(degraded(why, generation), now);
    }

    static Condition unknown(String type, Failure why, long generation) {
        return condition(type, "Unknown", why.reason(), why.message(), generation);
    }

    private static Condition degraded(Failure why, long generation) {
        return condition(TYPE, "True", why.reason(), why.message(), generation);
    }

    /**
     * The workload is as expected. If busy replicas are waited for, that is as expected too, but the condition says why
     * there are more replicas than wanted.
     */
    private static Condition asExpected(Desired desired, Observed observed, long generation) {
        var waiting = BusyWait.of(desired, observed);
        return condition(
                TYPE,
                "False",
                waiting.map(Failure::reason).orElse("AsExpected"),
                waiting.map(Failure::message).orElse(""),
                generation);
    }

    /**
     * Keeps the last failure while the next attempt is in progress: otherwise the condition would flap with every
     * attempt.
     */
    private static Optional<Failure> retried(Conditions known, Desired desired, Observed observed) {
        // A task nearly always has pending attempts: one that runs shows that the failure is over.
        var all = desired.batch().isPresent() ? 1 : desired.replicas();
        return known.find(TYPE)
                .filter(c -> c.getStatus().equals("True") && !NOT_OF_REPLICAS.contains(c.getReason()))
                .filter(c -> observed.ready() < all && observed.count(Phase.PENDING) > 0)
                .map(c -> new Failure(c.getReason(), c.getMessage()));
    }

    /** Takes precedence over the failures of other replicas: nothing more will be tried, so a user has to act. */
    private static Optional<Failure> exceededMaxConsecutiveFailures(Desired desired, FailedSlots failed) {
        return Indexes.of(failed.slots())
                .text()
                .map(slots -> new Failure(
                        GIVEN_UP,
                        "Slots " + slots + " are abandoned, because their replicas failed more than "
                                + desired.restarts().maxConsecutiveFailures()
                                + " times in a row (spec.maxConsecutiveFailures)"
                                + failed.last()
                                        .map(why -> "; the last one: " + why.message())
                                        .orElse("")
                                + ". " + remaining(desired) + " A change of the template fills the slots again."));
    }

    private static String remaining(Desired desired) {
        return desired.withoutAbandoned().replicas() + " of " + desired.replicas() + " replicas are to run.";
    }

    private static Optional<Failure> wrote(Desired desired, FailedSlots failed) {
        var wrote = new TreeSet<>(desired.restarts().abandoned());
        wrote.removeAll(failed.slots());
        return Indexes.of(wrote)
                .text()
                .map(slots -> new Failure(
                        GIVEN_UP,
                        "Slots " + slots + " are abandoned, because their replicas wrote outside of volumes and"
                                + " spec.ephemerality.audit.onWrite is Stop: " + remaining(desired)
                                + " Mount volumes at status.ephemerality.suggestedVolumes: a change"
                                + " of the template fills the slots again."));
    }

    private static Optional<Failure> noCapacity(Desired desired) {
        return desired.admitted() < desired.replicas()
                ? Optional.of(new Failure(
                        NO_CAPACITY,
                        "There is room for " + desired.admitted() + " of " + desired.replicas() + " replicas."))
                : Optional.empty();
    }

    /**
     * Slots that were abandoned because they failed too often, not because their replicas wrote.
     *
     * @param slots all such slots
     * @param last the latest failure in them; empty: no terminated replica is left
     */
    record FailedSlots(Set<Integer> slots, Optional<Failure> last) {
        static final FailedSlots NONE = new FailedSlots(Set.of(), Optional.empty());

        /** When a slot is abandoned, its occupant shows why. From then on the status records it. */
        static FailedSlots of(EphemeralWorkloadStatus before, Desired desired, Observed observed) {
            var known = Indexes.parse(before.failedSlots());
            var earlier = Indexes.parse(before.givenUpSlots());
            var slots = new TreeSet<Integer>();
            for (var slot : desired.restarts().abandoned()) {
                var wrote = observed.occupant(slot)
                        .filter(occupant -> AbandonedSlots.abandonedForWrites(desired, occupant))
                        .isPresent();
                if (known.contains(slot) || !earlier.contains(slot) && !wrote) {
                    slots.add(slot);
                }
            }
            var last = slots.stream()
                    .flatMap(slot -> observed.occupant(slot).stream())
                    .max(Comparator.comparing(Replica::since))
                    .flatMap(replica -> replica.outcome().failure());
            return new FailedSlots(slots, last);
        }
    }
}
