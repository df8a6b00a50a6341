package dev.mayfly.model;

import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.Map;
import java.util.Optional;

/**
 * What is counted of a task. It only grows: what is counted once stays counted, and nothing is counted twice.
 *
 * @param completed indexes that ended well
 * @param failed how many attempts failed, 0 or more
 * @param failedAttempts the latest attempt that was counted as failed, by index; of indexes that are not completed
 * @param verdict how the task ended; empty while it has not. Nothing is counted after that
 */
@RecordBuilder
public record Tally(Indexes completed, int failed, Map<Integer, Integer> failedAttempts, Optional<Verdict> verdict)
        implements TallyBuilder.With {
    public static final Tally NONE = new Tally(Indexes.NONE, 0, Map.of(), Optional.empty());

    /**
     * How a task ended.
     *
     * @param complete true: every index ended well; false: the task failed
     * @param reason one CamelCase word, as a Job has it: {@code CompletionsReached}, {@code BackoffLimitExceeded}, {@code
     *     DeadlineExceeded}
     * @param message for people
     */
    public record Verdict(boolean complete, String reason, String message) {}

    /** True where that attempt needs no further counting: what its container was for is remembered. */
    public boolean counts(ReplicaId attempt) {
        return verdict.isPresent()
                || completed.contains(attempt.slot())
                || failedAttempts.getOrDefault(attempt.slot(), 0) >= attempt.attempt();
    }
}
