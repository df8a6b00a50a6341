package dev.mayfly.simulation;

import dev.mayfly.runtime.simulated.SimulatedRuntime.EngineWork;
import java.time.Duration;
import java.util.List;

/**
 * The result of a simulation. All times are simulated ones.
 *
 * @param end how it ended
 * @param took until it ended
 * @param maxUnavailable most replicas that were not ready at once, of those that were meant to be there before and after
 * @param maxOver most containers that ran, were about to run or were stopping at once, beyond the replicas
 * @param unavailableSeconds seconds for which a replica was not ready, summed over all
 * @param started replicas that started
 * @param failedStarts launches that failed
 * @param ended running replicas that ended without being asked to
 * @param engine work of the engine
 * @param reconciliations how often the workload was planned
 * @param samples the course, with the first and the last moment; at most 1,000
 * @param replacements the first replicas that were removed, in order; at most {@link #LISTED}
 */
public record SimulationResult(
        End end,
        Duration took,
        int maxUnavailable,
        int maxOver,
        long unavailableSeconds,
        long started,
        long failedStarts,
        long ended,
        EngineWork engine,
        long reconciliations,
        List<Sample> samples,
        List<String> replacements) {
    /** Replicas whose removal is listed. */
    public static final int LISTED = 100;

    /** How a simulation ended. */
    public enum End {
        /** All replicas are of the revision, and ready. */
        DONE("done"),
        /** The rollout exceeded its progress deadline, and all replicas are of the earlier revision again. */
        ROLLED_BACK("rolled back"),
        /** The rollout exceeded its progress deadline and stays as it is. */
        STALLED("stalled"),
        /** The limit was reached. */
        NOT_DONE("not done");

        private final String word;

        End(String word) {
            this.word = word;
        }

        /** For people. */
        public String word() {
            return word;
        }
    }

    /**
     * One moment.
     *
     * @param at since the beginning
     * @param ready ready replicas
     * @param updated ready replicas of the new revision
     * @param containers containers that run, are about to run or are stopping
     */
    public record Sample(Duration at, int ready, int updated, int containers) {}
}
