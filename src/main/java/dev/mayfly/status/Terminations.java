package dev.mayfly.status;

import dev.mayfly.api.v1alpha1.EphemeralWorkloadStatus;
import dev.mayfly.api.v1alpha1.TerminationStatus;
import dev.mayfly.model.AuditReport;
import dev.mayfly.model.Ending;
import dev.mayfly.model.Exit;
import dev.mayfly.model.LastBytes;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The latest terminations, latest first. A termination that a status has listed stays until later ones take its place.
 * Those that Mayfly requested take only places that others leave free.
 */
public final class Terminations {
    private static final int MESSAGE_BYTES = 2048;
    private static final Set<String> ASKED = Set.of(Ending.STOPPED, Ending.GRACE_EXCEEDED);
    private static final Comparator<TerminationStatus> LATEST_FIRST = Comparator.comparing(
                    TerminationStatus::finishedAt, Comparator.nullsFirst(Comparator.<String>naturalOrder()))
            .thenComparing(TerminationStatus::attempt, Comparator.nullsFirst(Comparator.<Integer>naturalOrder()))
            .thenComparing(TerminationStatus::replica, Comparator.nullsFirst(Comparator.<String>naturalOrder()))
            .reversed();

    private Terminations() {}

    private record Key(String replica, Integer attempt) {

        static Key of(TerminationStatus known) {
            return new Key(known.replica(), known.attempt());
        }

        static Key of(Ending ending) {
            return new Key(ending.replica(), ending.attempt());
        }
    }

    /** The status with these terminations added. */
    public static EphemeralWorkloadStatus merged(EphemeralWorkloadStatus status, List<Ending> endings) {
        var all = of(status.lastTerminations(), endings);
        return status.withLastTerminations(all.isEmpty() ? null : all);
    }

    /**
     * True if a status would list that termination and this one does not yet.
     *
     * @param status null: there is none
     */
    public static boolean awaits(EphemeralWorkloadStatus status, List<Ending> endings, String replica, int attempt) {
        var known = status == null ? null : status.lastTerminations();
        var key = new Key(replica, attempt);
        return of(known, endings).stream().map(Key::of).anyMatch(key::equals)
                && list(known).stream().map(Key::of).noneMatch(key::equals);
    }

    static List<TerminationStatus> of(List<TerminationStatus> previous, List<Ending> endings) {
        var merged = new LinkedHashMap<Key, TerminationStatus>();
        list(previous).forEach(known -> merged.put(Key.of(known), known));
        endings.forEach(ending -> merged.merge(Key.of(ending), shown(ending), Terminations::more));
        var latest = merged.values().stream().sorted(LATEST_FIRST).toList();
        return Stream.concat(
                        latest.stream().filter(known -> !asked(known)),
                        latest.stream().filter(Terminations::asked))
                .limit(Ending.LISTED)
                .sorted(LATEST_FIRST)
                .toList();
    }

    private static boolean asked(TerminationStatus known) {
        return ASKED.contains(String.valueOf(known.reason()));
    }

    /** Keeps what was reported and adds what was not known then. */
    private static TerminationStatus more(TerminationStatus told, TerminationStatus now) {
        var writes = new LinkedHashSet<>(list(told.writes()));
        writes.addAll(list(now.writes()));
        return new TerminationStatus(
                told.replica(),
                told.attempt(),
                told.exitCode() == null ? now.exitCode() : told.exitCode(),
                told.exitCode() == null ? now.signal() : told.signal(),
                told.reason(),
                told.finishedAt(),
                told.message() == null ? now.message() : told.message(),
                orNull(writes.stream().limit(AuditReport.LISTED).toList()));
    }

    private static TerminationStatus shown(Ending ending) {
        return new TerminationStatus(
                ending.replica(),
                ending.attempt(),
                ending.exit().map(Exit::code).orElse(null),
                ending.exit()
                        .map(Exit::signal)
                        .filter(signal -> !signal.isEmpty())
                        .orElse(null),
                ending.reason(),
                ending.at().truncatedTo(ChronoUnit.SECONDS).toString(),
                ending.message().isEmpty() ? null : LastBytes.of(ending.message(), MESSAGE_BYTES),
                orNull(ending.writes().stream()
                        .limit(AuditReport.LISTED)
                        .map(Findings::printable)
                        .toList()));
    }

    private static <T> List<T> list(List<T> given) {
        return given == null ? List.of() : given;
    }

    private static <T> List<T> orNull(List<T> given) {
        return given.isEmpty() ? null : given;
    }
}
