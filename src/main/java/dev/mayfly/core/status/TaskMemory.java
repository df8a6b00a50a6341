package dev.mayfly.core.status;

import dev.mayfly.api.v1alpha1.EphemeralTaskStatus;
import dev.mayfly.api.v1alpha1.EphemeralTaskStatus.FailedAttemptStatus;
import dev.mayfly.core.model.Batch.TaskCounts;
import dev.mayfly.core.model.Batch.TaskCounts.Verdict;
import dev.mayfly.core.model.Indexes;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Reads and writes the counts that a task's status keeps. */
public final class TaskMemory {
    static final String COMPLETE = "Complete";
    static final String FAILED = "Failed";

    private TaskMemory() {}

    /** @param status null: there is none, so nothing was counted */
    public static TaskCounts counts(EphemeralTaskStatus status) {
        if (status == null) {
            return TaskCounts.NONE;
        }
        return new TaskCounts(
                Indexes.parse(status.completedIndexes()),
                status.failed() == null ? 0 : status.failed(),
                attempts(status.failedAttempts()),
                verdict(Conditions.of(status.conditions())));
    }

    /** When the task started; empty: it has not. @param status null: there is none */
    public static Optional<Instant> startedAt(EphemeralTaskStatus status) {
        return status == null ? Optional.empty() : Times.instant(status.startTime());
    }

    /**
     * When the task ended, complete or failed; empty: it has not.
     *
     * @param status null: there is none
     */
    public static Optional<Instant> endedAt(EphemeralTaskStatus status) {
        return status == null
                ? Optional.empty()
                : Times.instant(status.completionTime())
                        .or(() -> Conditions.of(status.conditions())
                                .find(FAILED)
                                .filter(failed -> failed.getStatus().equals("True"))
                                .flatMap(failed -> Times.instant(failed.getLastTransitionTime())));
    }

    static Optional<Verdict> verdict(Conditions conditions) {
        return verdict(conditions, COMPLETE).or(() -> verdict(conditions, FAILED));
    }

    private static Optional<Verdict> verdict(Conditions conditions, String type) {
        return conditions
                .find(type)
                .filter(c -> c.getStatus().equals("True"))
                .map(c -> new Verdict(type.equals(COMPLETE), c.getReason(), c.getMessage()));
    }

    /**
     * The failed attempts as a status lists them: no more entries than attempts may fail.
     *
     * @param attempts the latest failed attempt, by index
     * @return null if there are none, as in a status
     */
    static List<FailedAttemptStatus> listed(Map<Integer, Integer> attempts) {
        var byAttempt = attempts.entrySet().stream()
                .collect(Collectors.groupingBy(
                        Map.Entry::getValue, TreeMap::new, Collectors.mapping(Map.Entry::getKey, Collectors.toSet())));
        return byAttempt.isEmpty()
                ? null
                : byAttempt.entrySet().stream()
                        .map(group -> new FailedAttemptStatus(
                                group.getKey(), Indexes.of(group.getValue()).toString()))
                        .toList();
    }

    /** @param listed null: none; entries without a number are ignored */
    static Map<Integer, Integer> attempts(List<FailedAttemptStatus> listed) {
        var attempts = new HashMap<Integer, Integer>();
        for (var group : listed == null ? List.<FailedAttemptStatus>of() : listed) {
            if (group.attempt() != null) {
                Indexes.parse(group.indexes()).stream()
                        .forEach(index -> attempts.merge(index, group.attempt(), Math::max));
            }
        }
        return Map.copyOf(attempts);
    }
}
