package dev.mayfly.core.status;

import static dev.mayfly.core.status.Conditions.condition;

import dev.mayfly.api.v1alpha1.EphemeralWorkloadStatus;
import dev.mayfly.core.model.Desired;
import dev.mayfly.core.model.Failure;
import dev.mayfly.core.model.Indexes;
import dev.mayfly.core.model.Observed;
import dev.mayfly.core.model.Phase;
import dev.mayfly.core.model.Replica;
import dev.mayfly.core.model.Termination.Exit;
import dev.mayfly.core.plan.AbandonedSlots;
import io.fabric8.kubernetes.api.model.Condition;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/** The {@code Degraded} condition: why a workload is not as desired. */
public final class Degradation {
    public static final String TYPE = "Degraded";
    /** Begins the message of a failure in the warm pool. */
    private static final String OF_POOL = "In the warm pool: ";

    private static final String NO_CAPACITY = "InsufficientCapacity";
    /** Reason of the condition, and of the Event. */
    public static final String ABANDONED = "SlotsAbandoned";

    private Degradation() {}

    /**
     * @param lastExit how the last replica exited, according to the previous status; empty: not known
     * @param troubles problems that don't show in replicas, the most urgent first
     * @return with all problems, see {@link #problems}
     */
    static Condition of(
            Conditions known,
            Desired desired,
            Observed observed,
            FailedSlots failed,
            Optional<Exit> lastExit,
            List<Failure> troubles,
            long generation) {
        var ofReplicas = new ArrayList<>(ofReplicas(known, desired, observed, lastExit));
        ofReplicas.addAll(ofPool(known, desired, observed.pool()));
        return Problems.of(problems(desired, failed, troubles, ofReplicas))
                .condition(TYPE, generation)
                .orElseGet(() -> asExpected(desired, observed, generation));
    }

    /** The most urgent first. */
    private static List<Failure> problems(
            Desired desired, FailedSlots failed, List<Failure> troubles, List<Failure> ofReplicas) {
        var all = new ArrayList<>(troubles); // 1. what keeps all replicas from being as desired
        exceededMaxConsecutiveFailures(desired, failed)
                .ifPresent(all::add); // 2. nothing more will be tried: a user has to act
        all.addAll(ofReplicas); // 3. failures of replicas, then of those in the pool
        wrote(desired, failed).ifPresent(all::add); // 4. what only costs some replicas
        noCapacity(desired).ifPresent(all::add);
        return all;
    }

    /** Failures of replicas; while the next attempt is in progress, those that are known. */
    private static List<Failure> ofReplicas(
            Conditions known, Desired desired, Observed observed, Optional<Exit> lastExit) {
        var now = Stream.of(
                        ReplicaFailure.of(desired, observed, lastExit),
                        ReplicaFailure.readOnly(observed, desired.revision()))
                .flatMap(Optional::stream)
                .toList();
        return now.isEmpty() ? retried(known, desired, observed) : now;
    }

    /**
     * Why replicas of the warm pool don't get ready. While their next attempt is in progress, and while the last one's container is gone
     * and its end not known any more, what is known.
     */
    private static List<Failure> ofPool(Conditions known, Desired desired, Observed pool) {
        var now = ReplicaFailure.ofPool(desired, pool);
        var before = Problems.of(known.find(TYPE)).filter(Degradation::isOfPool).all();
        var same = before.stream()
                .anyMatch(problem ->
                        now.filter(why -> why.reason().equals(problem.reason())).isPresent());
        var isEndKnown = pool.count(Phase.ENDED) + pool.count(Phase.FAILED) > 0;
        if (same && !isEndKnown || now.isEmpty() && pool.count(Phase.PENDING) > 0) {
            return before;
        }
        return now.map(why -> new Failure(why.reason(), OF_POOL + why.message())).stream()
                .toList();
    }

    private static boolean isOfPool(Failure problem) {
        return problem.message().startsWith(OF_POOL);
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
        return Problems.of(List.of(why))
                .condition(TYPE, generation)
                .map(degraded -> known.with(degraded, now))
                .orElseThrow();
    }

    /** The condition's message of that reason, be it one of several; empty: none. @param known null: no conditions */
    public static Optional<String> message(List<Condition> known, String reason) {
        var condition = Conditions.of(known).find(TYPE);
        return Stream.concat(
                        Problems.of(condition).all().stream(),
                        condition
                                .filter(c -> !c.getStatus().equals("True"))
                                .map(c -> new Failure(c.getReason(), c.getMessage()))
                                .stream())
                .filter(said -> said.reason().equals(reason))
                .map(Failure::message)
                .findFirst();
    }

    static Condition unknown(String type, Failure why, long generation) {
        return condition(type, "Unknown", why.reason(), why.message(), generation);
    }

    /**
     * The workload is as expected. If busy replicas are waited for, that is as expected too, but the condition says why
     * there are more replicas than wanted.
     */
    private static Condition asExpected(Desired desired, Observed observed, long generation) {
        var waiting = BusyWait.of(desired, observed).or(() -> smallPool(desired));
        return condition(
                TYPE,
                "False",
                waiting.map(Failure::reason).orElse("AsExpected"),
                waiting.map(Failure::message).orElse(""),
                generation);
    }

    private static Optional<Failure> smallPool(Desired desired) {
        var warm = desired.warm();
        return warm.fits() < warm.size()
                ? Optional.of(new Failure(
                        "WarmPoolSmaller",
                        "%d of %d warm replicas fit beside spec.replicas. Make room, or lower spec.warm.size or requests."
                                .formatted(warm.fits(), warm.size())))
                : Optional.empty();
    }

    /**
     * Keeps the last failures of replicas while the next attempt is in progress: otherwise the condition would flap with
     * every attempt.
     */
    private static List<Failure> retried(Conditions known, Desired desired, Observed observed) {
        // A task nearly always has pending attempts: one that runs shows that the failure is over.
        var all = desired.batch().isPresent() ? 1 : desired.replicas();
        return observed.ready() < all && observed.count(Phase.PENDING) > 0
                ? Problems.of(known.find(TYPE))
                        .filter(problem -> ofReplicas(problem) && !isOfPool(problem))
                        .all()
                : List.of();
    }

    private static boolean ofReplicas(Failure problem) {
        return Reason.find(problem.reason())
                .filter(reason -> !reason.about().ofReplicas())
                .isEmpty();
    }

    private static Optional<Failure> exceededMaxConsecutiveFailures(Desired desired, FailedSlots failed) {
        return Indexes.of(failed.slots())
                .text()
                .map(slots -> new Failure(
                        ABANDONED,
                        "Slots " + slots + " are abandoned, because their replicas failed more than "
                                + desired.restarts().maxConsecutiveFailures()
                                + " times in a row (spec.maxConsecutiveFailures)"
                                + failed.last()
                                        .map(ReplicaFailure::ended)
                                        .map(how -> "; the last one" + how)
                                        .orElse("")
                                + ". " + remaining(desired) + " A change of the template fills the slots again."
                                + "\nTo read the last output: "
                                + ReplicaFailure.lastOutput(desired)));
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
                        ABANDONED,
                        "Slots " + slots + " are abandoned, because their replicas wrote outside of volumes and"
                                + " spec.ephemerality.audit.onWrite is Stop: " + remaining(desired)
                                + " Mount volumes at status.ephemerality.suggestedVolumes: a change"
                                + " of the template fills the slots again."));
    }

    private static Optional<Failure> noCapacity(Desired desired) {
        return desired.admitted() < desired.replicas()
                ? Optional.of(new Failure(
                        NO_CAPACITY,
                        "There is room for " + desired.admitted() + " of " + desired.replicas()
                                + " replicas. Make room, or lower replicas or requests."))
                : Optional.empty();
    }

    /**
     * Slots that were abandoned because they failed too often, not because their replicas wrote.
     *
     * @param slots all such slots
     * @param last the replica in them that ended last; empty: no terminated replica is left
     */
    record FailedSlots(Set<Integer> slots, Optional<Replica> last) {
        static final FailedSlots NONE = new FailedSlots(Set.of(), Optional.empty());

        /** When a slot is abandoned, its occupant shows why. From then on the status records it. */
        static FailedSlots of(EphemeralWorkloadStatus before, Desired desired, Observed observed) {
            var known = Indexes.parse(before.failedSlots());
            var earlier = Indexes.parse(before.abandonedSlots());
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
                    .max(Comparator.comparing(Replica::since));
            return new FailedSlots(slots, last);
        }
    }
}
