package dev.mayfly.model;

import java.time.Instant;

/**
 * One surviving write outside of volumes and scratch.
 *
 * @param replica name of the replica, such as {@code web-1}
 * @param path absolute path in the container, at most 256 bytes of UTF-8
 * @param firstSeen when a look first found it
 * @param revision the replica's; empty: not known, then it counts for whatever revision is asked about
 */
public record Finding(String replica, String path, Kind kind, Instant firstSeen, String revision) {

    /** Of a replica whose revision is not known. */
    public Finding(String replica, String path, Kind kind, Instant firstSeen) {
        this(replica, path, kind, firstSeen, "");
    }

    /** Compared with the image. */
    public enum Kind {
        Added,
        Changed,
        Deleted
    }
}
