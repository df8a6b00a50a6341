package dev.mayfly.runtime.simulated;

import dev.mayfly.core.model.Failure;
import dev.mayfly.core.model.Launch;
import java.util.Optional;

/** Failures of a simulation. */
public interface Faults {
    /** No failures. */
    Faults NONE = launch -> Optional.empty();

    /** The failure of this launch; empty if it succeeds. */
    Optional<Fault> of(Launch launch);

    /**
     * @param withContainer true: the container is created but can't be started; false: it can't be created
     * @param failure the reason, in the engine's words
     */
    record Fault(boolean withContainer, Failure failure) {}
}
