package dev.mayfly.model;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What looks at a workload's replicas found, of those that exist and of those that ended since the operator started.
 *
 * @param proven when the longest ago of the running replicas was last looked at; empty: one never was, or none runs
 * @param exact false: the engine's own, coarser comparison was used
 * @param findings at most {@link #LISTED}, first seen first
 * @param truncated true: there are more
 * @param dirty how many replicas that exist have findings
 * @param suggestedVolumes directories that would cover the findings, sorted
 * @param evidenceRemoved name of the last replica whose container somebody else removed before its last look
 */
public record AuditReport(
        Optional<Instant> proven,
        boolean exact,
        List<Finding> findings,
        boolean truncated,
        int dirty,
        List<String> suggestedVolumes,
        Optional<String> evidenceRemoved) {
    /** So that a status stays small whatever replicas write. */
    public static final int LISTED = 20;

    /** Nothing was looked at. */
    public static final AuditReport NONE =
            new AuditReport(Optional.empty(), true, List.of(), false, 0, List.of(), Optional.empty());
}
