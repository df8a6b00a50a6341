package dev.mayfly.runtime;

import dev.mayfly.core.model.OwnerId;
import dev.mayfly.core.model.Probe;
import dev.mayfly.core.model.Replica.Busy;
import java.util.Optional;

/** A runtime that can probe whether replicas are busy. */
public interface BusyWatch {

    /**
     * Probes every running replica of the workload from now on: at once, then once per period of the probe. The runtime
     * records the answers as {@link Busy} on the replicas and notifies watchers of each change. Passing the same probe
     * again changes nothing; a different one replaces it.
     *
     * @param probe empty: probing stops and earlier answers are discarded
     */
    void watchBusy(OwnerId owner, Optional<Probe> probe);
}
