package dev.mayfly.core.model;

import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.Map;
import java.util.Optional;

/**
 * The counts of a task. They only grow: nothing that was counted is dropped, and nothing is counted twice.
 *
 * @param completed indexes that succeeded
 * @param failed number of failed attempts, 0 or more
 * @param failedAttempts the latest attempt that was counted as failed, by index; without completed indexes
 * @param verdict how the task ended; empty: it has not. Nothing is counted afterwards
 */
@RecordBuilder
public record TaskCounts(Indexes completed, int failed, Map<Integer, Integer> failedAttempts, Optional<Verdict> verdict)
        implements TaskCountsBuilder.With {
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
