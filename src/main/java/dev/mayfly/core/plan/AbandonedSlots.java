package dev.mayfly.core.plan;

import dev.mayfly.core.model.Desired;
import dev.mayfly.core.model.Desired.AuditPolicy.OnWrite;
import dev.mayfly.core.model.Observed;
import dev.mayfly.core.model.Phase;
import dev.mayfly.core.model.Removal.Cause;
import dev.mayfly.core.model.Replica;
import dev.mayfly.core.plan.Rollout.Spare;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Plans {@code onWrite: Stop} and {@code maxConsecutiveFailures}, which abandon slots. A slot is abandoned in two steps, so that
 * no crash in between refills it: the first plan names the slot, and the status records it. Once the slot is read back
 * from the status, its replicas are removed.
 */
public final class AbandonedSlots {
    private AbandonedSlots() {}

    static void plan(PlanBuilder plan, Observed observed) {
        for (var slot : plan.desired().restarts().abandoned()) {
            plan.expected()
                    .occupant(slot)
                    .filter(replica -> !replica.phase().leaving())
                    .ifPresent(replica -> plan.vacate(replica, cause(plan.desired(), replica)));
        }
        for (var terminated : keptForLogs(plan.desired(), observed)) {
            observed.attempts(terminated.id().slot())
                    .filter(lower -> !lower.equals(terminated) && !lower.phase().leaving())
                    .forEach(lower -> plan.remove(lower, Cause.HISTORY));
        }
        if (stopsWriters(plan.desired())) {
            stop(plan);
        }
    }

    /**
     * Stops replicas that wrote. A replica that a rollout is about to replace does not cost its slot, because the new
     * revision did not write. Nor does a replica of the revision being rolled out, whose abandoned slot would take the
     * place of a replica that serves: it is recreated with the back-off of a failure, and the rollout's deadline
     * decides. Both are removed only as far as enough replicas stay available.
     */
    private static void stop(PlanBuilder plan) {
        var found = new ArrayList<Replica>();
        plan.expected().dirty().forEachRemaining(found::add);
        var spare = Spare.beyond(plan, plan.expected().ready() - Rollout.minAvailable(plan));
        for (var wrote : found) {
            if (plan.replaces(wrote.revision())) {
                vacate(plan, wrote, Cause.WRITES, spare);
            } else if (!plan.underRollout(wrote.revision())) {
                plan.abandon(wrote.id().slot());
            } else if (!wrote.phase().terminated()) {
                vacate(plan, wrote, Cause.RECREATE, spare);
            }
        }
    }

    private static void vacate(PlanBuilder plan, Replica wrote, Cause cause, Spare spare) {
        if (!wrote.ready()) {
            plan.vacate(wrote, cause);
        } else if (spare.none()) {
            spare.requeue();
        } else {
            plan.vacate(wrote, cause);
            spare.take();
        }
    }

    /** True if replicas of the revision wrote and are to be stopped for it. */
    static boolean stopsWritersOf(PlanBuilder plan, String revision) {
        var dirty = stopsWriters(plan.desired()) ? plan.expected().dirty() : Collections.<Replica>emptyIterator();
        while (dirty.hasNext()) {
            if (dirty.next().revision().equals(revision)) {
                return true;
            }
        }
        return false;
    }

    private static boolean stopsWriters(Desired desired) {
        return desired.audit().onWrite() == OnWrite.Stop;
    }

    /**
     * True if a slot has failed more often in a row than {@code maxConsecutiveFailures} allows. A launch that left no container
     * does not count as a restart, so an unavailable registry abandons no slot. The revision being rolled out abandons
     * none either: its slots would take the places of replicas that serve, and the rollout's deadline decides.
     */
    static boolean exceedsMaxConsecutiveFailures(PlanBuilder plan, Replica terminated, BackOff next) {
        return next.failures() > plan.desired().restarts().maxConsecutiveFailures()
                && next.failures() > terminated.history().failures() // otherwise this attempt did not fail
                && terminated.phase() != Phase.FAILED
                && !plan.replaces(terminated.revision())
                && !plan.underRollout(terminated.revision());
    }

    /**
     * True if no successor is made of a replica in the warm pool, because {@code maxConsecutiveFailures} applies to it, too. Its
     * slot needs no record in the status: who serves takes another one, and a new revision empties it.
     */
    public static boolean staysInPool(Desired desired, Replica terminated) {
        var failures = BackOff.after(terminated, desired.restarts().backOff()).failures();
        return failures > desired.restarts().maxConsecutiveFailures()
                && failures > terminated.history().failures() // otherwise this attempt did not fail
                && terminated.phase() != Phase.FAILED;
    }

    /** True if the slot is abandoned because its occupant wrote, not because it failed. */
    public static boolean abandonedForWrites(Desired desired, Replica occupant) {
        return stopsWriters(desired) && occupant.writes().dirty();
    }

    private static Cause cause(Desired desired, Replica occupant) {
        return abandonedForWrites(desired, occupant) ? Cause.WRITES : Cause.MAX_CONSECUTIVE_FAILURES;
    }

    /**
     * The last terminated occupants of slots that failed too often, latest first. They stay for their logs, up to
     * {@code terminatedHistoryLimit}.
     */
    static List<Replica> keptForLogs(Desired desired, Observed observed) {
        var slots = desired.deleted() ? Set.<Integer>of() : desired.restarts().abandoned();
        return slots.stream()
                .map(observed::occupant)
                .flatMap(Optional::stream)
                .filter(occupant -> occupant.phase() == Phase.ENDED && !abandonedForWrites(desired, occupant))
                .sorted(Comparator.comparing(Replica::since)
                        .reversed()
                        .thenComparing(terminated -> terminated.id().slot()))
                .limit(desired.restarts().terminatedHistoryLimit())
                .toList();
    }

    /**
     * The observed state without the slots whose terminated occupants are kept for their logs: such a slot is not
     * occupied.
     */
    public static Observed withoutKept(Desired desired, Observed observed) {
        var remaining = observed;
        for (var terminated : keptForLogs(desired, observed)) {
            for (var attempt : observed.attempts(terminated.id().slot()).toList()) {
                remaining = attempt.phase().leaving() ? remaining : remaining.without(attempt.id());
            }
        }
        return remaining;
    }
}
