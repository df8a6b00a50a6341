package dev.mayfly.core.status;

import static dev.mayfly.core.status.Conditions.condition;

import dev.mayfly.core.model.Desired;
import dev.mayfly.core.model.Observed;
import io.fabric8.kubernetes.api.model.Condition;

/** The {@code Ready} condition: sums up the others for those who wait for one. */
final class Readiness {
    static final String TYPE = "Ready";
    private static final String ALL = "AllReplicasReady";
    private static final String SOME = "ReplicasNotReady";

    private Readiness() {}

    /**
     * True where the current spec was observed, all replicas of its template are available and there is no problem. Has no
     * counts: a changed condition is written at once, changed counts are not.
     *
     * @param others with {@code Degraded} and {@code Progressing} as they are now
     */
    static Condition of(Conditions others, Desired desired, Observed observed, long generation) {
        var degraded = others.find(Degradation.TYPE).filter(c -> c.getStatus().equals("True"));
        var unfinished = others.find(Progress.TYPE).filter(c -> !c.getReason().equals(Progress.COMPLETE));
        return degraded.or(() -> unfinished)
                .map(why -> condition(TYPE, "False", why.getReason(), why.getMessage(), generation))
                .orElseGet(() -> available(desired, observed, generation));
    }

    private static Condition available(Desired desired, Observed observed, long generation) {
        return Counts.available(observed, desired) >= desired.replicas()
                ? condition(TYPE, "True", ALL, "All replicas are available.", generation)
                : condition(
                        TYPE,
                        "False",
                        SOME,
                        "Not all replicas are available: compare spec.replicas with status.availableReplicas.",
                        generation);
    }
}
