package dev.mayfly.runtime;

import dev.mayfly.core.model.OwnerId;
import dev.mayfly.core.model.Termination;
import java.util.List;

/** A runtime that keeps terminations of replicas for as long as the operator runs. */
public interface RecentTerminations {

    /**
     * The workload's latest terminations, newest first: at most {@link Termination#LISTED} that Mayfly requested and as
     * many that it didn't. From memory.
     */
    List<Termination> terminations(OwnerId owner);

    /** Forgets the terminations of a deleted workload. */
    void forgetTerminations(OwnerId owner);
}
