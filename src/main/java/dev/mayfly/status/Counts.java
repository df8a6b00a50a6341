package dev.mayfly.status;

import dev.mayfly.model.Desired;
import dev.mayfly.model.Observed;
import dev.mayfly.model.Phase;
import dev.mayfly.plan.Maturing;

/** The replica counts of a status. */
final class Counts {
    private Counts() {}

    /** Replicas that have, or will have, a container that runs or may run. */
    static int existing(Observed observed) {
        return observed.count(Phase.PENDING) + observed.count(Phase.CREATED) + observed.count(Phase.RUNNING);
    }

    static int existing(Observed observed, String revision) {
        return observed.count(revision, Phase.PENDING)
                + observed.count(revision, Phase.CREATED)
                + observed.count(revision, Phase.RUNNING);
    }

    /** Replicas that have been ready for {@code minReadySeconds}. */
    static int available(Observed observed, Desired desired) {
        return observed.ready() - Maturing.of(observed, desired.minReady()).count();
    }

    static int terminating(Observed observed) {
        return observed.count(Phase.TERMINATING);
    }
}
