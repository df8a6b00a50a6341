package dev.mayfly.model;

import java.util.List;

/**
 * Where a replica may write, and what becomes of writes elsewhere. Part of the revision.
 *
 * @param mode what is done about writes outside of volumes and scratch
 * @param scratch directories in memory; empty in mode Off
 * @param scratchGiven true: the user wrote them, so their sizes are fixed; false: defaults, which shrink to fit the memory
 *     limit
 * @param coverVolumes true: memory is mapped over a VOLUME of the image that nothing else is mounted at; false: a replica
 *     with such a one is not started
 */
public record Ephemerality(Mode mode, List<Scratch> scratch, boolean scratchGiven, boolean coverVolumes) {
    private static final long MIB = 1 << 20;

    /** What is there unless the user says otherwise. */
    public static final List<Scratch> DEFAULT_SCRATCH = List.of(
            new Scratch("/tmp", 64 * MIB, false),
            new Scratch("/run", 16 * MIB, false),
            new Scratch("/var/tmp", 64 * MIB, false));

    /** Nobody said anything. */
    public static final Ephemerality DEFAULT = new Ephemerality(Mode.Enforce, DEFAULT_SCRATCH, false, false);

    /** The engine's ordinary writable layer and nothing else. */
    public static final Ephemerality OFF = new Ephemerality(Mode.Off, List.of(), true, false);

    /**
     * {@code Enforce}: read-only root, writes only to volumes and scratch; {@code Audit}: writes are found and reported;
     * {@code Off}: neither.
     */
    public enum Mode {
        Enforce,
        Audit,
        Off
    }

    /**
     * A directory in memory, empty in each replica.
     *
     * @param path absolute, normal
     * @param sizeBytes above 0
     * @param exec true: programs in it may be executed
     */
    public record Scratch(String path, long sizeBytes, boolean exec) {}
}
