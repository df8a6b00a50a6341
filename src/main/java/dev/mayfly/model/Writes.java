package dev.mayfly.model;

import java.util.Optional;

/**
 * What is known of a replica's writes, as far as decisions need it.
 *
 * @param dirty true: it wrote outside of volumes and scratch
 * @param excess why it must be replaced although it runs: its writable layer or an {@code emptyDir} is over its limit
 */
public record Writes(boolean dirty, Optional<Failure> excess) {
    public static final Writes NONE = new Writes(false, Optional.empty());

    /** How one ended that was removed so that a fresh one takes its slot. */
    public static final Failure REPLACED =
            new Failure("Recreated", "It was replaced by a fresh one because of what it wrote.");
}
