package dev.mayfly.core.status;

import dev.mayfly.core.model.Failure;
import io.fabric8.kubernetes.api.model.Condition;
import java.time.Instant;

/**
 * The conditions while the state can't be observed, or the spec is invalid. Conditions not mentioned here keep their
 * values.
 */
final class Trouble {
    private Trouble() {}

    /** The observed state is not known. */
    static Conditions unreachable(Conditions known, Failure why, long generation, Instant now) {
        return invalid(known, why, generation, now).with(unknown(EphemeralCondition.TYPE, why, generation), now);
    }

    /** The spec is invalid: everything that runs is left alone. */
    static Conditions invalid(Conditions known, Failure why, long generation, Instant now) {
        return known.with(Degradation.degraded(why, generation), now);
    }

    static Condition unknown(String type, Failure why, long generation) {
        return Conditions.condition(type, "Unknown", why.reason(), why.message(), generation);
    }
}
