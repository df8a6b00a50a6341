package dev.mayfly.core.status;

import dev.mayfly.api.v1alpha1.EphemeralTaskStatus.ResultStatus;
import dev.mayfly.core.model.Failure;
import dev.mayfly.core.model.Observed;
import dev.mayfly.core.model.Phase;
import dev.mayfly.core.model.Replica;
import dev.mayfly.core.model.Termination.Exit;
import dev.mayfly.core.model.Text;
import dev.mayfly.core.plan.AttemptCounting.AttemptOutcome;
import dev.mayfly.core.plan.AttemptCounting.Finished;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * The results of a task's latest attempts, latest first. A result that a status has listed does not change afterwards,
 * except for what was not known.
 */
final class Results {
    static final int LISTED = 20;
    static final int MESSAGE_BYTES = 2 << 10;
    static final int ALL_BYTES = 16 << 10;
    private static final String ENGINE_LOST = "EngineLost";

    private static final Comparator<Replica> LATEST_ENDED = Comparator.comparing(Results::end)
            .thenComparing(terminated -> terminated.id().slot())
            .thenComparing(terminated -> terminated.id().attempt())
            .reversed();

    private static final Comparator<ResultStatus> LATEST_FIRST = Comparator.comparing(
                    ResultStatus::finishTime, Comparator.nullsFirst(Comparator.<String>naturalOrder()))
            .thenComparing(ResultStatus::index, Comparator.nullsFirst(Comparator.<Integer>naturalOrder()))
            .thenComparing(ResultStatus::attempt, Comparator.nullsFirst(Comparator.<Integer>naturalOrder()))
            .reversed();

    private Results() {}

    private record Key(Integer index, Integer attempt) {}

    /**
     * @param previous null: there were none
     * @return null if there are none, as in a status
     */
    static List<ResultStatus> of(List<ResultStatus> previous, Observed observed) {
        var merged = new LinkedHashMap<Key, ResultStatus>();
        if (previous != null) {
            previous.forEach(reported -> merged.put(key(reported), reported));
        }
        Finished.of(observed)
                .filter(Results::ran)
                .sorted(LATEST_ENDED)
                .limit(LISTED)
                .map(Results::shown)
                .forEach(seen -> merged.merge(key(seen), seen, Results::merge));
        var latest = merged.values().stream().sorted(LATEST_FIRST).limit(LISTED).toList();
        return latest.isEmpty() ? null : bounded(latest);
    }

    /** How the last attempt failed. @param known null: none */
    static Optional<Exit> lastExit(List<ResultStatus> known) {
        return (known == null ? List.<ResultStatus>of() : known)
                .stream()
                        .filter(ended -> ended.exitCode() != null && ended.exitCode() != 0)
                        .findFirst()
                        .map(ended -> new Exit(ended.exitCode(), Objects.requireNonNullElse(ended.signal(), "")));
    }

    private static Key key(ResultStatus result) {
        return new Key(result.index(), result.attempt());
    }

    /**
     * True if the attempt ran. One that was removed before it ran has no result, nor has a launch that left no
     * container.
     */
    private static boolean ran(Replica terminated) {
        return terminated.phase() == Phase.ENDED || terminated.startedAt().isPresent();
    }

    /**
     * A known exit code is kept. Without one, the listed result may be that of another attempt with the same number.
     */
    private static ResultStatus merge(ResultStatus reported, ResultStatus seen) {
        if (reported.exitCode() == null && seen.exitCode() != null) {
            return seen;
        }
        return reported.message() == null ? withMessage(reported, seen.message()) : reported;
    }

    private static ResultStatus shown(Replica terminated) {
        var exit = terminated.outcome().exit();
        var outcome = AttemptOutcome.of(terminated);
        return new ResultStatus(
                terminated.id().slot(),
                terminated.id().attempt(),
                exit.map(Exit::code).orElse(null),
                exit.map(Exit::signal).filter(signal -> !signal.isEmpty()).orElse(null),
                reason(terminated, outcome),
                end(terminated).toString(),
                message(terminated, outcome)
                        .filter(words -> !words.isBlank())
                        .map(words -> Text.lastBytes(words, MESSAGE_BYTES))
                        .orElse(null));
    }

    private static String reason(Replica terminated, AttemptOutcome outcome) {
        return switch (outcome) {
            case SUCCESS -> "Completed";
            case FAILURE -> why(terminated).map(Failure::reason).orElse("Error");
            case UNKNOWN ->
                Optional.of(terminated)
                        .filter(never -> never.startedAt().isEmpty())
                        .flatMap(Results::why)
                        .map(Failure::reason)
                        .orElse(ENGINE_LOST);
        };
    }

    /** The output of a successful attempt; otherwise its output or the reason of its failure. */
    private static Optional<String> message(Replica terminated, AttemptOutcome outcome) {
        return outcome == AttemptOutcome.SUCCESS
                ? Optional.of(terminated.outcome().output())
                : Optional.of(terminated.outcome().output())
                        .filter(output -> !output.isBlank())
                        .or(() -> why(terminated).map(Failure::message));
    }

    private static Optional<Failure> why(Replica terminated) {
        return terminated.outcome().exit().isPresent()
                ? terminated.outcome().failure()
                : terminated.writes().excess().or(() -> terminated.outcome().failure());
    }

    private static Instant end(Replica terminated) {
        return terminated.since().truncatedTo(ChronoUnit.SECONDS);
    }

    /** Bounds the total size of all messages: beyond it, the older results have no message. */
    private static List<ResultStatus> bounded(List<ResultStatus> latest) {
        var bounded = new ArrayList<ResultStatus>();
        var bytes = 0;
        for (var result : latest) {
            bytes += result.message() == null ? 0 : Text.bytes(result.message());
            bounded.add(bytes > ALL_BYTES ? withMessage(result, null) : result);
        }
        return List.copyOf(bounded);
    }

    private static ResultStatus withMessage(ResultStatus result, String message) {
        return new ResultStatus(
                result.index(),
                result.attempt(),
                result.exitCode(),
                result.signal(),
                result.reason(),
                result.finishTime(),
                message);
    }
}
