package dev.mayfly.runtime.simulated;

import dev.mayfly.core.model.Failure;
import dev.mayfly.core.model.Launch;
import java.util.Optional;

/** What goes wrong in a simulation. */
public interface Faults {
    /** Nothing. */
    Faults NONE = launch -> Optional.empty();

    /** How this launch fails; empty: it succeeds. */
    Optional<Fault> of(Launch launch);

    /**
     * @param withContainer true: the container is made and can't be started; false: it can't even be made
     * @param failure why, in the engine's words
     */
    record Fault(boolean withContainer, Failure failure) {}
}
