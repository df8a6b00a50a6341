package dev.mayfly.operator.loop;

import dev.mayfly.api.v1alpha1.Templated;
import dev.mayfly.core.model.Desired;
import dev.mayfly.core.model.Observed;
import dev.mayfly.core.status.PodsMirroredCondition.Mirroring;
import dev.mayfly.runtime.ContainerRuntime;
import java.util.Optional;

/** Shows replicas as Pods, later: a reconciliation never waits for it. */
public interface PodMirroring {

    /**
     * The result of a reconciliation. The newest one of a resource counts. Does not block.
     *
     * @param runtime the runtime that the replicas are in. Those that are Pods themselves need none
     * @return how far they are shown by now; empty: the operator has no node
     */
    Optional<Mirroring> reconciled(Templated resource, Desired desired, Observed observed, ContainerRuntime runtime);
}
