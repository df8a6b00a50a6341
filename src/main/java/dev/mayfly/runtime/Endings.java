package dev.mayfly.runtime;

import dev.mayfly.core.model.OwnerId;
import dev.mayfly.core.model.Termination;
import java.util.List;

/** A runtime that remembers how replicas ended, for as long as the operator runs. */
public interface Endings {

    /**
     * The latest ends of the workload's replicas, the latest first: at most {@link Termination#LISTED} that Mayfly asked for and as
     * many that it did not. From memory.
     */
    List<Termination> endings(OwnerId owner);

    /** Forgets a workload that is gone. */
    void forgetEndings(OwnerId owner);
}
