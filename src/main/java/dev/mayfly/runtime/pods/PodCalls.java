package dev.mayfly.runtime.pods;

import dev.mayfly.core.model.OwnerId;
import dev.mayfly.fair.FairExecutor;
import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;

/** Requests to the API server that are made later, in turns by namespace. */
record PodCalls(PodApi api, FairExecutor threads) {

    void soon(OwnerId owner, Runnable call) {
        try {
            threads.execute(owner, call);
        } catch (RejectedExecutionException closed) {
            // the operator stops, and the next one reads all Pods
        }
    }

    void after(OwnerId owner, Duration pause, Runnable call) {
        threads.execute(owner, pause, call);
    }
}
