package dev.mayfly.operator.loop;

import dev.mayfly.core.model.Desired;
import dev.mayfly.core.model.Observed;
import dev.mayfly.core.model.Removal;
import dev.mayfly.core.model.Termination;
import dev.mayfly.runtime.ContainerRuntime;
import java.util.List;

/** The part of a reconciliation that differs between kinds. The defaults add nothing. */
interface KindStrategy {

    /** The workload to plan for, given the observed replicas. */
    default Desired prepare(ContainerRuntime runtime, Desired desired, Observed observed) {
        return desired;
    }

    /**
     * True if a planned removal must wait until the status reports the replica's termination.
     *
     * @param terminations terminations that the runtime remembers
     */
    default boolean holds(Removal removal, List<Termination> terminations, Observed observed) {
        return false;
    }
}
