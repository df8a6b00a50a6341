package dev.mayfly.core.audit;

import java.time.Instant;

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
