package dev.mayfly.model;

import java.util.Optional;

/**
 * What is known about a replica's writes, as far as planning needs it.
 *
 * @param dirty true: it wrote outside of volumes and scratch
 * @param excess why it must be replaced although it runs: its writable layer or an {@code emptyDir} exceeds its
 *     limit; empty: neither does
 */
public record Writes(boolean dirty, Optional<Failure> excess) {
    public static final Writes NONE = new Writes(false, Optional.empty());

    /** Failure of a replica that was removed so that a new one takes its slot. */
    public static final Failure REPLACED =
            new Failure("Recreated", "It was replaced because of what it wrote.");
}
