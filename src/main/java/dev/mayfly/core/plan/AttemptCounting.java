package dev.mayfly.core.plan;

import dev.mayfly.core.model.Batch;
import dev.mayfly.core.model.Batch.TaskCounts;
import dev.mayfly.core.model.Batch.TaskCounts.Verdict;
import dev.mayfly.core.model.Indexes;
import dev.mayfly.core.model.Observed;
import dev.mayfly.core.model.Phase;
import dev.mayfly.core.model.Replica;
import dev.mayfly.core.model.Replica.Writes;
import dev.mayfly.core.model.Termination.Exit;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Spliterators;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * Counts the terminated attempts of a task. Pure: adds what is observed now to what was counted before, each attempt
 * once.
 */
public final class AttemptCounting {
    static final String COMPLETIONS_REACHED = "CompletionsReached";
    static final String BACKOFF_LIMIT_EXCEEDED = "BackoffLimitExceeded";
    static final String DEADLINE_EXCEEDED = "DeadlineExceeded";

    private AttemptCounting() {}

    /**
     * Returns the new counts. Repeating it for the same observation changes nothing, as no attempt is counted twice.
     */
    public static TaskCounts after(Batch batch, Observed observed) {
        var counted = batch.counted();
        if (counted.verdict().isPresent()) {
            return counted;
        }
        var successes = new ArrayList<Integer>();
        var failures = new ArrayList<Replica>();
        Finished.of(observed)
                .filter(terminated -> terminated.id().slot() < batch.completions())
                .filter(terminated ->
                        !counted.completed().contains(terminated.id().slot()))
                .forEach(terminated -> {
                    switch (AttemptOutcome.of(terminated)) {
                        case SUCCESS -> successes.add(terminated.id().slot());
                        case FAILURE -> failures.add(terminated);
                        case UNKNOWN -> {}
                    }
                });
        failures.removeIf(terminated -> counted.covers(terminated.id()));
        var completed = counted.completed().with(successes);
        var failed = counted.failed() + failures.size();
        return new TaskCounts(
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
        failures.forEach(terminated ->
                attempts.merge(terminated.id().slot(), terminated.id().attempt(), Math::max));
        successes.forEach(attempts::remove);
        return Collections.unmodifiableMap(attempts);
    }

    private static Optional<Verdict> verdict(Batch batch, Indexes completed, int failed, Instant now) {
        if (completed.missing(batch.completions()).findFirst().isEmpty()) {
            return Optional.of(
                    new Verdict(true, COMPLETIONS_REACHED, "All " + batch.completions() + " completions are reached."));
        }
        if (failed > batch.backoffLimit()) {
            var message = "%d attempts failed, more than the %d allowed (spec.backoffLimit)"
                    .formatted(failed, batch.backoffLimit());
            return Optional.of(
                    new Verdict(false, BACKOFF_LIMIT_EXCEEDED, message + "; see status.results for the latest."));
        }
        return batch.deadline()
                .filter(deadline -> !now.isBefore(deadline))
                .map(deadline -> new Verdict(
                        false,
                        DEADLINE_EXCEEDED,
                        "The task was not complete by " + deadline + " (spec.activeDeadlineSeconds after its start)."));
    }

    /**
     * Terminated attempts that are not being removed. A task has few of them: those kept, those that failed and those not
     * recorded yet.
     */
    public static final class Finished {
        private Finished() {}

        /** Superseded attempts first, then occupants; each longest terminated first. */
        public static Stream<Replica> of(Observed observed) {
            return Stream.concat(
                    stream(observed.superseded()).filter(r -> r.phase().terminated()), stream(observed.terminated()));
        }

        static Stream<Replica> stream(Iterator<Replica> replicas) {
            return StreamSupport.stream(Spliterators.spliteratorUnknownSize(replicas, 0), false);
        }
    }

    /** How a terminated attempt of a task is counted. */
    public enum AttemptOutcome {
        SUCCESS,
        FAILURE,
        /** Its exit is not known, or it left no container. Its index is run again. */
        UNKNOWN;

        /** @param terminated a terminated attempt ({@link Phase#terminated()}) */
        public static AttemptOutcome of(Replica terminated) {
            if (replaced(terminated)) {
                return FAILURE;
            }
            if (terminated.phase() == Phase.FAILED || terminated.outcome().excused()) {
                return UNKNOWN;
            }
            var neverStarted =
                    terminated.phase() == Phase.ENDED && terminated.startedAt().isEmpty();
            return terminated
                    .outcome()
                    .exit()
                    .map(Exit::code)
                    .map(code -> code == 0 ? SUCCESS : FAILURE)
                    .orElse(neverStarted ? FAILURE : UNKNOWN);
        }

        /**
         * True if it was removed because it was not healthy or exceeded a size limit. How it then ended does not matter.
         */
        private static boolean replaced(Replica terminated) {
            var why = terminated.outcome().failure();
            return terminated.phase() == Phase.LOST
                    && why.isPresent()
                    && (why.equals(terminated.health().unhealthy()) || why.equals(Optional.of(Writes.REPLACED)));
        }
    }
}
