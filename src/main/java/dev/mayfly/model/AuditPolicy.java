package dev.mayfly.model;

import java.time.Duration;
import java.util.List;

/**
 * How the runtime audits writes outside of volumes. Not part of the revision: a change takes effect at once.
 *
 * @param interval time between two audits of a replica, 1 s or more
 * @param ignorePaths globs of paths that are never reported
 * @param onWrite what Mayfly does after a finding
 * @param layerBytes largest writable layer in bytes in modes Audit and Off; 0: unlimited
 */
public record AuditPolicy(Duration interval, List<String> ignorePaths, OnWrite onWrite, long layerBytes) {
    public static final AuditPolicy DEFAULT = new AuditPolicy(Duration.ofSeconds(30), List.of(), OnWrite.Report, 0);

    /** What Mayfly does after a finding. */
    public enum OnWrite {
        Report,
        Recreate,
        Stop
    }
}
