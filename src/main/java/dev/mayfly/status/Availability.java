package dev.mayfly.status;

import static dev.mayfly.status.Conditions.condition;

import dev.mayfly.model.Desired;
import dev.mayfly.model.Observed;
import io.fabric8.kubernetes.api.model.Condition;

/** The {@code Available} condition: whether at least as many replicas are available as a rollout must keep. */
final class Availability {
    static final String TYPE = "Available";

    private Availability() {}

    static Condition of(Desired desired, Observed observed, long generation) {
        return Counts.available(observed, desired)
                        >= desired.replicas() - desired.budget().maxUnavailable()
                ? condition(TYPE, "True", "MinimumReplicasAvailable", "Workload has minimum availability.", generation)
                : condition(
                        TYPE,
                        "False",
                        "MinimumReplicasUnavailable",
                        "Workload does not have minimum availability.",
                        generation);
    }
}
