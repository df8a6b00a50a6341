package dev.mayfly.reconcile;

import dev.mayfly.model.Compliance;
import dev.mayfly.model.Compliance.State;
import dev.mayfly.model.Desired;
import dev.mayfly.model.Failure;
import dev.mayfly.model.Observed;
import java.util.Optional;

/**
 * What the policies say of a workload's images.
 *
 * @param compliance of all that run or are about to
 * @param newest of the one that is about to run; empty: no policy has rules there, or nobody knows yet which image that is
 */
record Judgement(Compliance compliance, Optional<Compliance> newest) {
    /** The runtime has no images. */
    static final Judgement UNKNOWN = new Judgement(Compliance.UNKNOWN, Optional.empty());

    /** Nobody knows the policies. */
    static final Judgement UNREAD = new Judgement(Compliance.POLICIES_UNKNOWN, Optional.of(Compliance.UNKNOWN));

    /**
     * What to plan for: while the new image may not run, or is being looked into, no replica of another revision goes for it;
     * these heal and scale on.
     */
    Desired holding(Desired desired, Observed observed) {
        var waits = newest.filter(image -> image.forbids() || image.state() == State.UNKNOWN)
                .isPresent();
        return waits && rollsOut(desired, observed) ? desired.withPaused(true) : desired;
    }

    /** What people must see where the plan holds the rollout, so that no replica tells of it. */
    Optional<Failure> trouble(Desired desired, Observed observed) {
        return newest.filter(image -> rollsOut(desired, observed))
                .flatMap(image -> image.forbids()
                        ? Optional.of(PolicyGate.refusal(desired.template().image(), image))
                        : image.inspectFailure());
    }

    private static boolean rollsOut(Desired desired, Observed observed) {
        return observed.occupied() > observed.occupied(desired.revision());
    }
}
