package dev.mayfly.runtime;

import dev.mayfly.core.model.OwnerId;
import dev.mayfly.core.model.Probe;
import dev.mayfly.core.model.Replica.Busy;
import java.util.Optional;

/** A runtime that can ask replicas whether they are busy. */
public interface BusyWatch {

    /**
     * From now on every running replica of the workload is asked: at once, then in each period of the probe. Answers show as
     * {@link Busy} on the replicas, and each change of them is hinted at. The same probe again changes nothing; another one
     * takes its place.
     *
     * @param probe empty: nobody is asked any more, and what was answered is forgotten
     */
    void watchBusy(OwnerId owner, Optional<Probe> probe);
}
