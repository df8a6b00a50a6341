package dev.mayfly.host;

import dev.mayfly.model.Finding.Kind;

/** Receives the writes that a scan of a writable layer finds. Paths are absolute in the container, as raw bytes. */
public interface WriteSink {

    /**
     * @param directory true if the path is, or was, a directory
     * @return false to receive no more writes
     */
    boolean found(byte[] path, Kind kind, boolean directory);

    /** True to skip the content of a directory. */
    default boolean skips(byte[] directory) {
        return false;
    }
}
