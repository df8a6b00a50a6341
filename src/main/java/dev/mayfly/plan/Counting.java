package dev.mayfly.plan;

import dev.mayfly.model.Batch;
import dev.mayfly.model.Indexes;
import dev.mayfly.model.Observed;
import dev.mayfly.model.Replica;
import dev.mayfly.model.Tally;
import dev.mayfly.model.Tally.Verdict;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Counts the terminated attempts of a task. Pure: adds what is observed now to what was counted before, each attempt
 * once.
 */
public final class Counting {
    static final String COMPLETIONS_REACHED = "CompletionsReached";
    static final String BACKOFF_LIMIT_EXCEEDED = "BackoffLimitExceeded";
    static final String DEADLINE_EXCEEDED = "DeadlineExceeded";

    private Counting() {}

    /**
     * Returns the new counts. Repeating it for the same observation changes nothing, as no attempt is counted twice.
     */
    public static Tally after(Batch batch, Observed observed) {
        var counted = batch.counted();
        if (counted.verdict().isPresent()) {
            return counted;
        }
        var successes = new ArrayList<Integer>();
        var failures = new ArrayList<Replica>();
        Finished.of(observed)
                .filter(terminated -> terminated.id().slot() < batch.completions())
                .filter(terminated -> !counted.completed().contains(terminated.id().slot()))
                .forEach(terminated -> {
                    switch (Outcome.of(terminated)) {
                        case SUCCESS -> successes.add(terminated.id().slot());
                        case FAILURE -> failures.add(terminated);
                        case UNKNOWN -> {}
                    }
                });
        failures.removeIf(terminated -> counted.covers(terminated.id()));
        var completed = counted.completed().with(successes);
        var failed = counted.failed() + failures.size();
        return new Tally(
                completed,
                failed,
                attempts(counted.failedAttempts(), failures, successes),
                verdict(batch, completed, failed, observed.now()));
    }

    private static Map<Integer, Integer> attempts(
            Map<Integer, Integer> known, List<Replica> failures, List<Integer> successes) {
        if (failures.isEmpty() && successes.isEmpty()) {
            return known;
        }
        var attempts = new HashMap<>(known);
        failures.forEach(terminated -> attempts.merge(terminated.id().slot(), terminated.id().attempt(), Math::max));
        successes.forEach(attempts::remove);
        return Collections.unmodifiableMap(attempts);
    }

    private static Optional<Verdict> verdict(Batch batch, Indexes completed, int failed, Instant now) {
        if (completed.missing(batch.completions()).findFirst().isEmpty()) {
            return Optional.of(new Verdict(true, COMPLETIONS_REACHED, "All " + batch.completions() + " completions are reached."));
        }
        if (failed > batch.backoffLimit()) {
            var message = "%d attempts failed, more than the %d allowed (spec.backoffLimit)".formatted(failed, batch.backoffLimit());
            return Optional.of(new Verdict(false, BACKOFF_LIMIT_EXCEEDED, message + "; see status.results for the latest."));
        }
        return batch.deadline()
                .filter(deadline -> !now.isBefore(deadline))
                .map(deadline -> new Verdict(
                        false,
                        DEADLINE_EXCEEDED,
                        "The task was not complete by " + deadline + " (spec.activeDeadlineSeconds after its start)."));
    }
}
