package dev.mayfly.core.plan;

import dev.mayfly.core.model.Desired;
import dev.mayfly.core.model.Observed;
import dev.mayfly.core.model.Phase;

/**
 * How many replicas each revision is to have: {@code partition} of the stable one, the rest of the newest, none of
 * others. If the stable revision's template is forgotten, its existing replicas are kept up to that number and none is
 * added.
 *
 * @param newest the revision being rolled out
 * @param stable the revision last rolled out completely; empty: none, or {@code newest} itself
 * @param stableKnown true: the stable revision's template is known
 */
public record RevisionShares(String newest, int ofNewest, String stable, int ofStable, boolean stableKnown) {

    public static RevisionShares of(Desired desired, Observed observed) {
        var newest = desired.revision();
        var known = desired.rollout().stable();
        var stable = known.equals(newest) ? "" : known;
        var partition = stable.isEmpty() ? 0 : stableShare(desired, observed.occupied(stable));
        var kept = desired.earlier().containsKey(stable) ? partition : Math.min(partition, observed.occupied(stable));
        return new RevisionShares(
                newest,
                Math.max(0, desired.admitted() - kept),
                stable,
                kept,
                desired.earlier().containsKey(stable));
    }

    /**
     * The stable revision's share. Nothing records to which revision an abandoned slot belonged. As far as the stable
     * revision has too few replicas, they are counted as its own, so that the newest revision, which serves, need not
     * make room for them.
     */
    private static int stableShare(Desired desired, int has) {
        var partition = desired.rollout().partition();
        var most = Math.min(partition, desired.replicas());
        var least = Math.clamp(partition - desired.restarts().abandoned().size(), 0, most);
        return Math.clamp(has, least, most);
    }

    /** True while a revision other than the newest has more replicas than its share, or the stable one has too few. */
    public boolean unfinished(Observed observed) {
        var kept = observed.occupied(newest) + Math.min(observed.occupied(stable), ofStable);
        return observed.occupied() > kept || tooFewStable(observed);
    }

    /**
     * True if the revision has replicas, and none of them has or had a container. Their predecessors may have had one.
     */
    public static boolean untried(String revision, Observed observed) {
        var occupied = observed.occupied(revision);
        return occupied > 0
                && occupied == observed.count(revision, Phase.FAILED) + observed.count(revision, Phase.PENDING);
    }

    /** True if a replica of the revision has or had a container, also one that has a successor by now. */
    public static boolean tried(String revision, Observed observed) {
        return observed.all()
                .filter(replica -> replica.revision().equals(revision))
                .anyMatch(replica -> replica.phase() != Phase.FAILED && replica.phase() != Phase.PENDING);
    }

    /** True if the revision has more replicas than its share. */
    boolean exceeds(String revision, Observed observed) {
        if (revision.equals(newest)) {
            return tooFewStable(observed);
        }
        return !revision.equals(stable) || observed.occupied(stable) > ofStable;
    }

    /** True if the partition needs each of the revision's {@code occupied} replicas. */
    boolean heldByPartition(String revision, int occupied) {
        return revision.equals(stable) && occupied <= ofStable;
    }

    /**
     * True until the stable revision's share is ready: replicas of the newest revision make room for it within the
     * budget.
     */
    private boolean tooFewStable(Observed observed) {
        var serve = stableKnown ? observed.ready(stable) : observed.occupied(stable);
        return serve < ofStable && observed.occupied(newest) > ofNewest;
    }
}
