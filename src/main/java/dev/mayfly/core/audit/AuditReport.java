package dev.mayfly.core.audit;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * The audits' findings for one workload: for replicas that exist and for those that ended since the operator started.
 *
 * @param auditedSince when the least recently audited running replica was audited; empty: one never was, or none runs
 * @param inexact what is missing for an exact comparison, in one sentence; empty: none was coarser, as the engine's own is
 * @param findings at most {@link #LISTED}, earliest first
 * @param truncated true: there are more
 * @param dirty number of existing replicas that have findings
 * @param suggestedVolumes directories at which volumes would cover the findings, sorted
 * @param evidenceRemoved name of the last replica whose container another client removed, or copied files
 *     into, before its final audit, or of which the engine could not tell then what it wrote; empty: none
 */
public record AuditReport(
        Optional<Instant> auditedSince,
        Optional<String> inexact,
        List<Finding> findings,
        boolean truncated,
        int dirty,
        List<String> suggestedVolumes,
        Optional<String> evidenceRemoved) {
    /** Bounds the size of the status, regardless of what replicas write. */
    public static final int LISTED = 20;

    /** Nothing was audited. */
    public static final AuditReport NONE =
            new AuditReport(Optional.empty(), Optional.empty(), List.of(), false, 0, List.of(), Optional.empty());

    /**
     * One write outside of volumes and scratch that an audit found in the container.
     *
     * @param replica name of the replica, such as {@code web-1}
     * @param path absolute path in the container, at most 256 bytes of UTF-8
     * @param firstSeen time of the first audit that found it
     * @param revision the replica's revision; empty: not known, so the finding counts for every revision
     */
    public record Finding(String replica, String path, Kind kind, Instant firstSeen, String revision) {

        /** A finding in a replica whose revision is not known. */
        public Finding(String replica, String path, Kind kind, Instant firstSeen) {
            this(replica, path, kind, firstSeen, "");
        }

        /** How the path differs from the image. */
        public enum Kind {
            Added,
            Changed,
            Deleted
        }
    }
}
