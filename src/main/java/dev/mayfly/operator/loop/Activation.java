package dev.mayfly.operator.loop;

import dev.mayfly.api.v1alpha1.EphemeralWorkload;
import dev.mayfly.core.model.Desired;
import dev.mayfly.core.model.Observed;

/** Sees whether workloads are used, and takes connections in place of those that are at zero. */
public interface Activation {

    /**
     * The state to plan for, which is one of no replicas while nobody uses the workload; see {@link
     * dev.mayfly.core.idle.IdleScaling}. The newest call of a workload counts, and what follows from it is done later: does not
     * block. Wakes the workload when another call may lead to another state.
     *
     * @param desired with the time since when the workload is at zero; without {@link Desired#toZero} it is returned as it
     *     is, and the workload is not looked at any more
     */
    Desired scaled(EphemeralWorkload workload, Desired desired, Observed observed);
}
