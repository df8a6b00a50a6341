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
 * {@code onWrite: Stop} and {@code maxRestarts}. A slot is given up in two steps, so that nothing refills it whoever crashes in
 * between: first the plan only says which, and the status is to remember them; once they are read back from there, what is in
 * them goes.
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
     * What a rollout is about to replace takes no slot with it: the new revision did not write. Nor does the revision that is being
     * tried: its slot would take the place of one that serves. It is started afresh with the back-off of a failure, and the
     * rollout's deadline judges it. Both as far as enough stay available.
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

    /** True where replicas of the revision wrote, and are to be stopped for it. */
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
     * True where a slot has failed more often in a row than it may. Where no container could even be made nothing was restarted:
     * a registry that is away for a while must cost no slot. Nor must a revision that is being tried: it would take the places
     * of those that serve, and the rollout's deadline judges it.
     */
    static boolean failedTooOften(Draft draft, Replica over, BackOff next) {
        return next.failures() > draft.desired().maxRestarts()
                && next.failures() > over.failures() // else this attempt did not fail
                && over.phase() != Phase.FAILED
                && !draft.replaces(over.revision())
                && !draft.tries(over.revision());
    }

    /** True where it is for what its replica wrote that a slot is given up, rather than for its failures. */
    public static boolean wrote(Desired desired, Replica occupant) {
        return stopsWriters(desired) && occupant.writes().dirty();
    }

    private static Cause cause(Desired desired, Replica occupant) {
        return wrote(desired, occupant) ? Cause.WRITES : Cause.MAX_RESTARTS;
    }

    /** The last dead of slots that failed too often stay for their logs, as far as the history goes; the latest first. */
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

    /** What is observed, without the slots whose dead are kept: nobody sits there. */
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
