package dev.mayfly.plan;

import dev.mayfly.model.Desired;
import dev.mayfly.model.Observed;

/**
 * How many seats each revision is to have: {@code partition} of the stable one, the rest of the newest, none of others. Where
 * the stable one's template is forgotten, those it has are kept as far as that goes, and none is added.
 *
 * @param newest the revision that is rolled out
 * @param stable the revision that was rolled out completely last; empty: none, or {@code newest} itself
 * @param heals true where the stable one's template is known
 */
public record Shares(String newest, int ofNewest, String stable, int ofStable, boolean heals) {

    public static Shares of(Desired desired, Observed observed) {
        var newest = desired.revision();
        var stable = desired.stable().equals(newest) ? "" : desired.stable();
        var partition = stable.isEmpty() ? 0 : staying(desired, observed.seats(stable));
        var kept = desired.earlier().containsKey(stable) ? partition : Math.min(partition, observed.seats(stable));
        return new Shares(
                newest,
                Math.max(0, desired.admitted() - kept),
                stable,
                kept,
                desired.earlier().containsKey(stable));
    }

    /**
     * Of slots that are given up nobody remembers whose they were. As far as the stable revision misses some, they were its own: the
     * newest, which serves, must not make room for them.
     */
    private static int staying(Desired desired, int has) {
        var most = Math.min(desired.partition(), desired.replicas());
        var least = Math.clamp(desired.partition() - desired.givenUp().size(), 0, most);
        return Math.clamp(has, least, most);
    }

    /** True while some seats are of a revision that is to have fewer, and not only because fewer replicas are wanted. */
    public boolean unfinished(Observed observed) {
        var kept = observed.seats(newest) + Math.min(observed.seats(stable), ofStable);
        return observed.seats() > kept || tooFewStable(observed);
    }

    /** True where a seat of the revision is one too many. */
    boolean spare(String revision, Observed observed) {
        if (revision.equals(newest)) {
            return tooFewStable(observed);
        }
        return !revision.equals(stable) || observed.seats(stable) > ofStable;
    }

    /** True where the partition would miss one of the seats that the revision has. */
    boolean holds(String revision, int seats) {
        return revision.equals(stable) && seats <= ofStable;
    }

    /** Until they serve: those of the newest that are to make room for them go within the budget. */
    private boolean tooFewStable(Observed observed) {
        var serve = heals ? observed.ready(stable) : observed.seats(stable);
        return serve < ofStable && observed.seats(newest) > ofNewest;
    }
}
