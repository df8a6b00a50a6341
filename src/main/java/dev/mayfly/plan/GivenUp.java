package dev.mayfly.plan;

import dev.mayfly.model.AuditPolicy.OnWrite;
import dev.mayfly.model.Desired;
import dev.mayfly.model.Observed;
import dev.mayfly.model.Phase;
import dev.mayfly.model.Removal.Cause;
import dev.mayfly.model.Replica;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Plans {@code onWrite: Stop} and {@code maxRestarts}, which abandon slots. A slot is abandoned in two steps, so that
 * no crash in between refills it: the first plan names the slot, and the status records it. Once the slot is read back
 * from the status, its replicas are removed.
 */
public final class GivenUp {
    private GivenUp() {}

    static void plan(Draft draft, Observed observed) {
        for (var slot : draft.desired().givenUp()) {
            draft.expected()
                    .occupant(slot)
                    .filter(replica -> !replica.phase().leaving())
                    .ifPresent(replica -> draft.vacate(replica, cause(draft.desired(), replica)));
        }
        for (var dead : kept(draft.desired(), observed)) {
            observed.attempts(dead.id().slot())
                    .filter(lower -> !lower.equals(dead) && !lower.phase().leaving())
                    .forEach(lower -> draft.remove(lower, Cause.HISTORY));
        }
        if (stopsWriters(draft.desired())) {
            stop(draft);
        }
    }

    /**
     * Stops replicas that wrote. A replica that a rollout is about to replace does not cost its slot, because the new
     * revision did not write. Nor does a replica of the revision being rolled out, whose abandoned slot would take the
     * place of a replica that serves: it is recreated with the back-off of a failure, and the rollout's deadline
     * decides. Both are removed only as far as enough replicas stay available.
     */
    private static void stop(Draft draft) {
        var found = new ArrayList<Replica>();
        draft.expected().dirty().forEachRemaining(found::add);
        var spare = Spare.beyond(draft, draft.expected().ready() - Rollout.floor(draft));
        for (var wrote : found) {
            if (draft.replaces(wrote.revision())) {
                vacate(draft, wrote, Cause.WRITES, spare);
            } else if (!draft.tries(wrote.revision())) {
                draft.giveUp(wrote.id().slot());
            } else if (!wrote.phase().over()) {
                vacate(draft, wrote, Cause.RECREATE, spare);
            }
        }
    }

    private static void vacate(Draft draft, Replica wrote, Cause cause, Spare spare) {
        if (!wrote.ready()) {
            draft.vacate(wrote, cause);
        } else if (spare.none()) {
            spare.lookAgain();
        } else {
            draft.vacate(wrote, cause);
            spare.take();
        }
    }

    /** True if replicas of the revision wrote and are to be stopped for it. */
    static boolean stops(Draft draft, String revision) {
        var dirty = stopsWriters(draft.desired()) ? draft.expected().dirty() : Collections.<Replica>emptyIterator();
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
     * True if a slot has failed more often in a row than {@code maxRestarts} allows. A launch that left no container
     * does not count as a restart, so an unavailable registry abandons no slot. The revision being rolled out abandons
     * none either: its slots would take the places of replicas that serve, and the rollout's deadline decides.
     */
    static boolean failedTooOften(Draft draft, Replica over, BackOff next) {
        return next.failures() > draft.desired().maxRestarts()
                && next.failures() > over.failures() // otherwise this attempt did not fail
                && over.phase() != Phase.FAILED
                && !draft.replaces(over.revision())
                && !draft.tries(over.revision());
    }

    /** True if the slot is abandoned because its occupant wrote, not because it failed. */
    public static boolean wrote(Desired desired, Replica occupant) {
        return stopsWriters(desired) && occupant.writes().dirty();
    }

    private static Cause cause(Desired desired, Replica occupant) {
        return wrote(desired, occupant) ? Cause.WRITES : Cause.MAX_RESTARTS;
    }

    /**
     * The last terminated occupants of slots that failed too often, latest first. They stay for their logs, up to
     * {@code historyLimit}.
     */
    static List<Replica> kept(Desired desired, Observed observed) {
        var slots = desired.deleted() ? Set.<Integer>of() : desired.givenUp();
        return slots.stream()
                .map(observed::occupant)
                .flatMap(Optional::stream)
                .filter(occupant -> occupant.phase() == Phase.ENDED && !wrote(desired, occupant))
                .sorted(Comparator.comparing(Replica::since)
                        .reversed()
                        .thenComparing(dead -> dead.id().slot()))
                .limit(desired.historyLimit())
                .toList();
    }

    /**
     * The observed state without the slots whose terminated occupants are kept for their logs: such a slot is not
     * occupied.
     */
    public static Observed settled(Desired desired, Observed observed) {
        var settled = observed;
        for (var dead : kept(desired, observed)) {
            for (var attempt : observed.attempts(dead.id().slot()).toList()) {
                settled = attempt.phase().leaving() ? settled : settled.without(attempt.id());
            }
        }
        return settled;
    }
}
