package dev.mayfly.core.status;

import dev.mayfly.api.v1alpha1.EphemeralTaskStatus;
import dev.mayfly.api.v1alpha1.EphemeralWorkloadStatus;
import dev.mayfly.api.v1alpha1.EphemeralityStatus;
import dev.mayfly.api.v1alpha1.EphemeralityStatus.FindingStatus;
import dev.mayfly.core.audit.AuditReport;
import dev.mayfly.core.audit.AuditReport.Finding;
import dev.mayfly.core.model.Text;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/**
 * The findings of a status, bounded. Findings in replicas that no longer exist stay in the status for as long as the
 * revision is the same.
 */
public final class Findings {
    private static final int PATH_BYTES = 256;
    private static final EphemeralityStatus NONE = new EphemeralityStatus(null, null, null, null);

    private Findings() {}

    private record Key(String replica, String path, String kind) {

        static Key of(FindingStatus finding) {
            return new Key(finding.replica(), finding.path(), finding.kind());
        }
    }

    /** @param before the previous findings; those of another revision than {@code revision} are dropped */
    static EphemeralityStatus of(PreviousFindings before, String revision, AuditReport report) {
        var known = known(before, revision);
        var merged = new LinkedHashMap<Key, FindingStatus>();
        list(known.findings()).forEach(finding -> merged.put(Key.of(finding), finding));
        var mine = report.findings().stream()
                .filter(finding -> finding.revision().isEmpty() || before.countsFor(finding.revision(), revision))
                .map(Findings::shown)
                .toList();
        mine.forEach(finding -> merged.putIfAbsent(Key.of(finding), finding));
        var all = merged.values().stream()
                .sorted(Comparator.comparing(FindingStatus::firstSeenTime)
                        .thenComparing(FindingStatus::replica)
                        .thenComparing(FindingStatus::path))
                .toList();
        var truncated = all.size() > AuditReport.LISTED
                || Boolean.TRUE.equals(known.truncated())
                || (report.truncated() && !mine.isEmpty());
        return new EphemeralityStatus(
                report.dirty(),
                orNull(all.stream().limit(AuditReport.LISTED).toList()),
                truncated ? true : null,
                orNull(all.isEmpty() ? List.of() : suggested(known, report)));
    }

    /** Findings that the status lists now and did not list before. */
    public static List<FindingStatus> added(EphemeralWorkloadStatus before, EphemeralWorkloadStatus now) {
        return added(
                before == null ? NONE : known(PreviousFindings.of(before), RolloutMemory.running(now)),
                now.ephemerality());
    }

    /**
     * As above, for one revision.
     *
     * @param before null: there were none
     * @param now null: there are none
     */
    public static List<FindingStatus> added(EphemeralityStatus before, EphemeralityStatus now) {
        var known = keys(before == null ? NONE : before);
        return list((now == null ? NONE : now).findings()).stream()
                .filter(finding -> !known.contains(Key.of(finding)))
                .toList();
    }

    private static List<Key> keys(EphemeralityStatus known) {
        return list(known.findings()).stream().map(Key::of).toList();
    }

    /**
     * The final findings of a workload, of all revisions.
     *
     * @param unreported findings of the final audits that no status listed
     * @param truncated true: there were more than a status lists
     */
    public record Last(List<FindingStatus> unreported, boolean truncated) {}

    /** @param status the last status; null: there was none */
    public static Last last(EphemeralWorkloadStatus status, AuditReport report) {
        return status == null
                ? last(null, "", report)
                : last(status.ephemerality(), RolloutMemory.running(status), report);
    }

    /**
     * @param previous the last status' findings; null: none
     * @param revision revision of those findings; empty: any
     */
    public static Last last(EphemeralityStatus previous, String revision, AuditReport report) {
        var known = previous == null ? NONE : previous;
        var listed = keys(known);
        var unreported = report.findings().stream()
                .filter(f -> f.revision().isEmpty()
                        || revision.isEmpty()
                        || f.revision().equals(revision))
                .map(Findings::shown)
                .filter(finding -> !listed.contains(Key.of(finding)))
                .toList();
        return new Last(unreported, report.truncated() || Boolean.TRUE.equals(known.truncated()));
    }

    private static EphemeralityStatus known(PreviousFindings before, String revision) {
        var same = before.ephemerality() != null && before.covers(revision);
        return same ? before.ephemerality() : NONE;
    }

    /** Directories below another one are omitted, because that one covers them. */
    private static List<String> suggested(EphemeralityStatus known, AuditReport report) {
        var all = new TreeSet<>(list(known.suggestedVolumes()));
        report.suggestedVolumes().stream().map(Findings::printable).forEach(all::add);
        var folded = new ArrayList<String>();
        for (var directory : all) {
            if (folded.stream().noneMatch(parent -> directory.startsWith(parent + "/"))) {
                folded.add(directory);
            }
        }
        return folded.stream().limit(AuditReport.LISTED).toList();
    }

    private static FindingStatus shown(Finding finding) {
        return new FindingStatus(
                finding.replica(), printable(finding.path()), finding.kind().name(), Times.text(finding.firstSeen()));
    }

    /** The path without harmful characters (a control character takes six bytes in JSON), cut to 256 bytes. */
    static String printable(String path) {
        return Text.atMostBytes(Text.escaped(path), PATH_BYTES);
    }

    private static <T> List<T> list(List<T> given) {
        return given == null ? List.of() : given;
    }

    private static <T, C extends Collection<T>> C orNull(C given) {
        return given.isEmpty() ? null : given;
    }

    /**
     * The findings in the last status, on which the next one builds.
     *
     * @param revision revision of these findings; empty: all revisions, as a task's template never changes
     * @param ephemerality null: no findings
     */
    record PreviousFindings(Optional<String> revision, EphemeralityStatus ephemerality, Conditions conditions) {

        static PreviousFindings of(EphemeralWorkloadStatus status) {
            return new PreviousFindings(
                    Optional.of(RolloutMemory.running(status)),
                    status.ephemerality(),
                    Conditions.of(status.conditions()));
        }

        static PreviousFindings of(EphemeralTaskStatus status) {
            return new PreviousFindings(Optional.empty(), status.ephemerality(), Conditions.of(status.conditions()));
        }

        /** True if findings of one revision also count for the other. */
        boolean countsFor(String one, String other) {
            return revision.isEmpty() || one.equals(other);
        }

        /** True if these findings count for the revision. */
        boolean covers(String wanted) {
            return countsFor(revision.orElse(wanted), wanted);
        }
    }
}
