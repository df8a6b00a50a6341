package dev.mayfly.core.status;

import dev.mayfly.api.v1alpha1.EphemeralTaskStatus;
import dev.mayfly.core.model.Batch.TaskCounts;
import dev.mayfly.core.model.Batch.TaskCounts.Verdict;
import dev.mayfly.core.model.Indexes;
import dev.mayfly.core.model.Text;
import java.time.Instant;
import java.util.HashMap;
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
        return status == null ? Optional.empty() : Durations.instant(status.startTime());
    }

    /**
     * When the task ended, complete or failed; empty: it has not.
     *
     * @param status null: there is none
     */
    public static Optional<Instant> endedAt(EphemeralTaskStatus status) {
        return status == null
                ? Optional.empty()
                : Durations.instant(status.completionTime())
                        .or(() -> Conditions.of(status.conditions())
                                .find(FAILED)
                                .filter(failed -> failed.getStatus().equals("True"))
                                .flatMap(failed -> Durations.instant(failed.getLastTransitionTime())));
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

    /** @return null if there are none, as in a status */
    static String text(Map<Integer, Integer> attempts) {
        var byAttempt = attempts.entrySet().stream()
                .collect(Collectors.groupingBy(
                        Map.Entry::getValue, TreeMap::new, Collectors.mapping(Map.Entry::getKey, Collectors.toSet())));
        return byAttempt.isEmpty()
                ? null
                : byAttempt.entrySet().stream()
                        .map(group -> group.getKey() + ":" + Indexes.of(group.getValue()))
                        .collect(Collectors.joining(";"));
    }

    /** @param text null: none; text that is not a list of attempts: none either */
    static Map<Integer, Integer> attempts(String text) {
        var attempts = new HashMap<Integer, Integer>();
        for (var group : text == null ? new String[0] : text.split(";", -1)) {
            var parts = group.split(":", -1);
            if (parts.length != 2 || !Text.isNumber(parts[0], 9)) {
                return Map.of();
            }
            var attempt = Integer.parseInt(parts[0]);
            Indexes.parse(parts[1]).stream().forEach(index -> attempts.merge(index, attempt, Math::max));
        }
        return Map.copyOf(attempts);
    }
}
