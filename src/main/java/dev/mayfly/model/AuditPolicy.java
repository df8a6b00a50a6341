package dev.mayfly.model;

import java.time.Duration;
import java.util.List;

/**
 * How writes outside of volumes are looked for. No part of the revision: a change takes effect at once.
 *
 * @param interval time between two looks at a replica, 1 s or more
 * @param ignorePaths globs of paths that are no findings
 * @param onWrite what follows a finding
 * @param layerBytes largest writable layer in modes Audit and Off; 0: unlimited
 */
public record AuditPolicy(Duration interval, List<String> ignorePaths, OnWrite onWrite, long layerBytes) {
    public static final AuditPolicy DEFAULT = new AuditPolicy(Duration.ofSeconds(30), List.of(), OnWrite.Report, 0);

    /** What follows a finding. */
    public enum OnWrite {
        Report,
        Recreate,
        Stop
    }
}
