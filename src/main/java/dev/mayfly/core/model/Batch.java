package dev.mayfly.core.model;

import io.soabase.recordbuilder.core.RecordBuilder;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * Settings that make a template a task, which runs to completion. The slots of a task are its completion indexes.
 *
 * @param completions number of indexes that must succeed, 0 or more
 * @param parallelism number of attempts that may run at once, 0 or more
 * @param backoffLimit number of attempts that may fail, 0 or more; the task fails with the next one
 * @param deadline when the task fails unless it is complete; empty: never
 * @param cleanup what happens to finished containers
 * @param counted everything counted so far, whether or not the API server has it yet
 * @param recorded the counts the API server is known to have: only containers counted there may be removed
 */
@RecordBuilder
public record Batch(
        int completions,
        int parallelism,
        int backoffLimit,
        Optional<Instant> deadline,
        Cleanup cleanup,
        TaskCounts counted,
        TaskCounts recorded)
        implements BatchBuilder.With {

    /** True while no attempt may be started. */
    public boolean suspended() {
        return parallelism == 0;
    }

    /** Which finished containers are removed. Of the others, at most the latest {@code historyLimit} are kept. */
    public enum Cleanup {
        /** All are removed. */
        Always,
        /** Containers of failed attempts are kept until the task succeeds. */
        OnSuccess,
        /** All are kept. */
        Never
    }

    /**
     * The counts of a task. They only grow: nothing that was counted is dropped, and nothing is counted twice.
     *
     * @param completed indexes that succeeded
     * @param failed number of failed attempts, 0 or more
     * @param failedAttempts the latest attempt that was counted as failed, by index; without completed indexes
     * @param verdict how the task ended; empty: it has not. Nothing is counted afterwards
     */
    @RecordBuilder
    public record TaskCounts(
            Indexes completed, int failed, Map<Integer, Integer> failedAttempts, Optional<Verdict> verdict)
            implements BatchTaskCountsBuilder.With {
        public static final TaskCounts NONE = new TaskCounts(Indexes.NONE, 0, Map.of(), Optional.empty());

        /**
         * How a task ended.
         *
         * @param complete true: every index succeeded; false: the task failed
         * @param reason one CamelCase word, as for a Job: {@code CompletionsReached}, {@code BackoffLimitExceeded},
         *     {@code DeadlineExceeded}
         * @param message for users
         */
        public record Verdict(boolean complete, String reason, String message) {}

        /** True if that attempt needs no further counting. */
        public boolean covers(ReplicaId attempt) {
            return verdict.isPresent()
                    || completed.contains(attempt.slot())
                    || failedAttempts.getOrDefault(attempt.slot(), 0) >= attempt.attempt();
        }
    }
}
