package dev.mayfly.host;

import dev.mayfly.model.Finding.Kind;

/** Takes what a look at a writable layer finds. Paths are absolute in the container, as the bytes that they are. */
public interface WriteSink {

    /**
     * @param directory true: it is, or was, a directory
     * @return false: enough; nothing more is told
     */
    boolean found(byte[] path, Kind kind, boolean directory);

    /** True for a directory below which nothing needs to be told. */
    default boolean passes(byte[] directory) {
        return false;
    }
}
