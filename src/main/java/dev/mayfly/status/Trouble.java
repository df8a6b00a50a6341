package dev.mayfly.status;

import dev.mayfly.model.Failure;
import io.fabric8.kubernetes.api.model.Condition;
import java.time.Instant;

/** What conditions say where nothing can be seen, or nothing may be changed. All others stay what they were. */
final class Trouble {
    private Trouble() {}

    /** What runs is not known. */
    static Conditions unreachable(Conditions known, Failure why, long generation, Instant now) {
        return invalid(known, why, generation, now).with(unknown(Proof.TYPE, why, generation), now);
    }

    /** What is asked for makes no sense: what runs is left as it is. */
    static Conditions invalid(Conditions known, Failure why, long generation, Instant now) {
        return known.with(Degradation.because(why, generation), now);
    }

    static Condition unknown(String type, Failure why, long generation) {
        return Conditions.condition(type, "Unknown", why.reason(), why.message(), generation);
    }
}
