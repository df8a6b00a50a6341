package dev.mayfly.core.status;

import static dev.mayfly.core.status.Conditions.condition;

import dev.mayfly.core.model.Desired;
import dev.mayfly.core.model.Observed;
import dev.mayfly.core.model.Phase;
import dev.mayfly.core.plan.MinReadyWait;
import io.fabric8.kubernetes.api.model.Condition;

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

    /** Replicas that have been ready for {@code minReadySeconds}, except {@link Recovering} ones. */
    static int available(Observed observed, Desired desired) {
        return observed.ready()
                - MinReadyWait.of(observed, desired.rollout().minReady()).count()
                - Recovering.of(desired, observed).uncounted();
    }

    static int terminating(Observed observed) {
        return observed.count(Phase.TERMINATING);
    }

    /** Replicas that are held; null: none. */
    static Integer warm(Observed observed) {
        var held = observed.pool().count(Phase.HELD);
        return held == 0 ? null : held;
    }

    /** The {@code Available} condition: whether at least as many replicas are available as a rollout must keep. */
    static final class Availability {
        static final String TYPE = "Available";

        private Availability() {}

        static Condition of(Desired desired, Observed observed, long generation) {
            return Counts.available(observed, desired)
                            >= desired.replicas() - desired.rollout().budget().maxUnavailable()
                    ? condition(
                            TYPE, "True", "MinimumReplicasAvailable", "Workload has minimum availability.", generation)
                    : condition(
                            TYPE,
                            "False",
                            "MinimumReplicasUnavailable",
                            "Workload does not have minimum availability.",
                            generation);
        }
    }
}
