package dev.mayfly.runtime;

import dev.mayfly.core.model.Launch.Priority;
import dev.mayfly.core.model.Removal.Cause;
import dev.mayfly.core.model.ReplicaId;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;

/** Measures a runtime's own work. Measurements only report; no decision depends on them. */
public interface Measuring {

    /** Calls {@code listener} once for each later measurement, on the runtime's own threads: it must not block. */
    void onMeasurement(Consumer<Measurement> listener);

    /** Number of calls to the engine of that priority that wait for their turn. No I/O. */
    int waiting(Priority priority);

    /** Something that was done, and how long it took. */
    sealed interface Measurement {

        /** A call to the engine left the queue. @param waited 0 or more */
        record CallBegun(Priority priority, Duration waited) implements Measurement {}

        /**
         * A replica was started.
         *
         * @param took since its launch was accepted, 0 or more
         * @param healed since the end of the replica that it replaces, 0 or more; empty if it is no heal
         */
        record Started(Duration took, Optional<Duration> healed) implements Measurement {}

        /**
         * A launch entered a stage. Stages are told in their order, {@link Stage#ACCEPTED} on the thread that requested the
         * launch.
         *
         * @param failure reason of the failure that ended it; empty unless it failed
         */
        record Launching(ReplicaId id, Priority priority, Stage stage, Optional<String> failure)
                implements Measurement {

            /** Stages of a launch. */
            public enum Stage {
                /** It waits for its image and for its turn. */
                ACCEPTED,
                /** Its turn has come: its container is created, or released from the warm pool. */
                BEGUN,
                /** Its container exists, and is started unless it is to wait. */
                CREATED,
                /** Its container runs: the launch is over. */
                STARTED,
                /** It is over and nothing runs: its container waits for its start, or it failed or was cancelled. */
                ENDED
            }
        }

        /** Replicas of a workload with a warm pool were needed. @param hits released @param misses started */
        record PoolNeeded(int hits, int misses) implements Measurement {}

        /** A container was created that is started later. */
        record Created() implements Measurement {}

        /** A launch failed. */
        record LaunchFailed() implements Measurement {}

        /** A replica is gone, with its container if it had one. */
        record Removed(Cause cause) implements Measurement {}

        /**
         * A pull ended.
         *
         * @param result {@link #PULLED}, or the cause of the failure: one of few words in lower_snake_case
         * @param took without the wait for other pulls, 0 or more
         */
        record PullEnded(String result, Duration took) implements Measurement {
            /** The image arrived. */
            public static final String PULLED = "success";
        }
    }
}
