package dev.mayfly.status;

import dev.mayfly.model.Desired;
import dev.mayfly.model.Observed;
import dev.mayfly.model.Phase;
import dev.mayfly.plan.Maturing;

/** Which replicas a count holds. */
final class Counts {
    private Counts() {}

    /** Those that have a container which may run, or will have one. */
    static int existing(Observed observed) {
        return observed.count(Phase.PENDING) + observed.count(Phase.CREATED) + observed.count(Phase.RUNNING);
    }

    static int existing(Observed observed, String revision) {
        return observed.count(revision, Phase.PENDING)
                + observed.count(revision, Phase.CREATED)
                + observed.count(revision, Phase.RUNNING);
    }

    /** Those that are ready for {@code minReadySeconds}. */
    static int available(Observed observed, Desired desired) {
        return observed.ready() - Maturing.of(observed, desired.minReady()).count();
    }

    static int terminating(Observed observed) {
        return observed.count(Phase.TERMINATING);
    }
}
