package dev.mayfly.status;

import dev.mayfly.api.v1alpha1.ResultStatus;
import dev.mayfly.model.Exit;
import dev.mayfly.model.Failure;
import dev.mayfly.model.LastBytes;
import dev.mayfly.model.Observed;
import dev.mayfly.model.Phase;
import dev.mayfly.model.Replica;
import dev.mayfly.plan.Finished;
import dev.mayfly.plan.Outcome;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
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
            .thenComparing(over -> over.id().slot())
            .thenComparing(over -> over.id().attempt())
            .reversed();

    private static final Comparator<ResultStatus> LATEST_FIRST = Comparator.comparing(
                    ResultStatus::finishedAt, Comparator.nullsFirst(Comparator.<String>naturalOrder()))
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
            previous.forEach(told -> merged.put(key(told), told));
        }
        Finished.of(observed)
                .filter(Results::ran)
                .sorted(LATEST_ENDED)
                .limit(LISTED)
                .map(Results::shown)
                .forEach(seen -> merged.merge(key(seen), seen, Results::more));
        var latest = merged.values().stream().sorted(LATEST_FIRST).limit(LISTED).toList();
        return latest.isEmpty() ? null : bounded(latest);
    }

    private static Key key(ResultStatus result) {
        return new Key(result.index(), result.attempt());
    }

    /**
     * True if the attempt ran. One that was removed before it ran has no result, nor has a launch that left no
     * container.
     */
    private static boolean ran(Replica over) {
        return over.phase() == Phase.ENDED || over.startedAt().isPresent();
    }

    /**
     * A known exit code is kept. Without one, the listed result may be that of another attempt with the same number.
     */
    private static ResultStatus more(ResultStatus told, ResultStatus seen) {
        if (told.exitCode() == null && seen.exitCode() != null) {
            return seen;
        }
        return told.message() == null ? saying(told, seen.message()) : told;
    }

    private static ResultStatus shown(Replica over) {
        var exit = over.exit();
        var outcome = Outcome.of(over);
        return new ResultStatus(
                over.id().slot(),
                over.id().attempt(),
                exit.map(Exit::code).orElse(null),
                exit.map(Exit::signal).filter(signal -> !signal.isEmpty()).orElse(null),
                reason(over, outcome),
                end(over).toString(),
                message(over, outcome)
                        .filter(words -> !words.isBlank())
                        .map(words -> LastBytes.of(words, MESSAGE_BYTES))
                        .orElse(null));
    }

    private static String reason(Replica over, Outcome outcome) {
        return switch (outcome) {
            case SUCCESS -> "Completed";
            case FAILURE -> why(over).map(Failure::reason).orElse("Error");
            case UNKNOWN ->
                Optional.of(over)
                        .filter(never -> never.startedAt().isEmpty())
                        .flatMap(Results::why)
                        .map(Failure::reason)
                        .orElse(ENGINE_LOST);
        };
    }

    /** The output of a successful attempt; otherwise its output or the reason of its failure. */
    private static Optional<String> message(Replica over, Outcome outcome) {
        return outcome == Outcome.SUCCESS
                ? Optional.of(over.output())
                : Optional.of(over.output())
                        .filter(output -> !output.isBlank())
                        .or(() -> why(over).map(Failure::message));
    }

    private static Optional<Failure> why(Replica over) {
        return over.exit().isPresent() ? over.failure() : over.writes().excess().or(over::failure);
    }

    private static Instant end(Replica over) {
        return over.since().truncatedTo(ChronoUnit.SECONDS);
    }

    /** Bounds the total size of all messages: beyond it, the older results have no message. */
    private static List<ResultStatus> bounded(List<ResultStatus> latest) {
        var bounded = new ArrayList<ResultStatus>();
        var bytes = 0;
        for (var result : latest) {
            bytes += result.message() == null ? 0 : LastBytes.size(result.message());
            bounded.add(bytes > ALL_BYTES ? saying(result, null) : result);
        }
        return List.copyOf(bounded);
    }

    private static ResultStatus saying(ResultStatus result, String message) {
        return new ResultStatus(
                result.index(),
                result.attempt(),
                result.exitCode(),
                result.signal(),
                result.reason(),
                result.finishedAt(),
                message);
    }
}
