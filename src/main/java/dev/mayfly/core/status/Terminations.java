package dev.mayfly.core.status;

import dev.mayfly.api.v1alpha1.EphemeralWorkloadStatus;
import dev.mayfly.api.v1alpha1.EphemeralWorkloadStatus.TerminationStatus;
import dev.mayfly.core.audit.AuditReport;
import dev.mayfly.core.model.Termination;
import dev.mayfly.core.model.Termination.Exit;
import dev.mayfly.core.model.Text;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The latest terminations, latest first. A termination that a status has listed stays until later ones take its place.
 * Those that Mayfly requested take only places that others leave free.
 */
public final class Terminations {
    private static final int MESSAGE_BYTES = 2048;
    private static final Set<String> REQUESTED = Set.of(Termination.STOPPED, Termination.GRACE_EXCEEDED);
    private static final Comparator<TerminationStatus> LATEST_FIRST = Comparator.comparing(
                    TerminationStatus::finishTime, Comparator.nullsFirst(Comparator.<String>naturalOrder()))
            .thenComparing(TerminationStatus::attempt, Comparator.nullsFirst(Comparator.<Integer>naturalOrder()))
            .thenComparing(TerminationStatus::replica, Comparator.nullsFirst(Comparator.<String>naturalOrder()))
            .reversed();

    private Terminations() {}

    /** The status with these terminations added. */
    public static EphemeralWorkloadStatus merged(EphemeralWorkloadStatus status, List<Termination> terminations) {
        var all = of(status.lastTerminations(), terminations);
        return status.withLastTerminations(all.isEmpty() ? null : all);
    }

    /**
     * True if a status would list that termination and this one does not yet.
     *
     * @param status null: there is none
     * @param terminations all that are known
     */
    public static boolean awaits(
            EphemeralWorkloadStatus status, List<Termination> terminations, Termination termination) {
        var known = status == null ? null : status.lastTerminations();
        var shown = shown(termination);
        return of(known, terminations).stream().anyMatch(listed -> isSame(listed, shown))
                && list(known).stream().noneMatch(listed -> isSame(listed, shown));
    }

    /** How the last replica exited that was not asked to. @param known null: none */
    static Optional<Exit> lastExit(List<TerminationStatus> known) {
        return list(known).stream()
                .filter(ended -> !requested(ended) && ended.exitCode() != null)
                .findFirst()
                .map(ended -> new Exit(ended.exitCode(), Objects.requireNonNullElse(ended.signal(), "")));
    }

    static List<TerminationStatus> of(List<TerminationStatus> previous, List<Termination> terminations) {
        var merged = new ArrayList<>(list(previous));
        terminations.forEach(termination -> add(merged, shown(termination)));
        var latest = merged.stream().sorted(LATEST_FIRST).toList();
        return Stream.concat(
                        latest.stream().filter(known -> !requested(known)),
                        latest.stream().filter(Terminations::requested))
                .limit(Termination.LISTED)
                .sorted(LATEST_FIRST)
                .toList();
    }

    private static void add(List<TerminationStatus> merged, TerminationStatus now) {
        for (var known = merged.listIterator(); known.hasNext(); ) {
            var reported = known.next();
            if (isSame(reported, now)) {
                known.set(merge(reported, now));
                return;
            }
        }
        merged.add(now);
    }

    /**
     * True if both are of one attempt. Attempts are counted anew once a slot is free, so only the container is certain; a
     * status of an earlier version does not have it.
     */
    private static boolean isSame(TerminationStatus reported, TerminationStatus now) {
        return Objects.equals(reported.replica(), now.replica())
                && Objects.equals(reported.attempt(), now.attempt())
                && (reported.containerID() == null
                        || now.containerID() == null
                        || reported.containerID().equals(now.containerID()));
    }

    private static boolean requested(TerminationStatus known) {
        return REQUESTED.contains(String.valueOf(known.reason()));
    }

    /** Keeps what was reported and adds what was not known then. */
    private static TerminationStatus merge(TerminationStatus reported, TerminationStatus now) {
        var writes = new LinkedHashSet<>(list(reported.writes()));
        writes.addAll(list(now.writes()));
        return new TerminationStatus(
                reported.replica(),
                reported.attempt(),
                reported.containerID() == null ? now.containerID() : reported.containerID(),
                reported.exitCode() == null ? now.exitCode() : reported.exitCode(),
                reported.exitCode() == null ? now.signal() : reported.signal(),
                reported.reason(),
                reported.finishTime(),
                reported.message() == null ? now.message() : reported.message(),
                orNull(writes.stream().limit(AuditReport.LISTED).toList()));
    }

    private static TerminationStatus shown(Termination termination) {
        return new TerminationStatus(
                termination.replica(),
                termination.attempt(),
                termination.container().isEmpty() ? null : termination.container(),
                termination.exit().map(Exit::code).orElse(null),
                termination
                        .exit()
                        .map(Exit::signal)
                        .filter(signal -> !signal.isEmpty())
                        .orElse(null),
                termination.reason(),
                Times.text(termination.at()),
                termination.message().isEmpty() ? null : Text.lastBytes(termination.message(), MESSAGE_BYTES),
                orNull(termination.writes().stream()
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
