package dev.mayfly.core.model;

import java.util.List;

/**
 * Paths that a replica may write to, and how writes elsewhere are handled. Part of the revision.
 *
 * @param mode how writes outside of volumes and scratch are handled
 * @param scratch directories in memory; empty in mode Off
 * @param scratchGiven true: the user specified them, so their sizes are fixed; false: defaults, which shrink to fit
 *     the memory limit
 * @param coverVolumes true: memory is mounted at each VOLUME of the image at which nothing else is mounted; false:
 *     a replica with such a VOLUME is not started
 */
public record Ephemerality(Mode mode, List<Scratch> scratch, boolean scratchGiven, boolean coverVolumes) {
    private static final long MIB = 1 << 20;

    /** Scratch directories unless the user specifies others. */
    public static final List<Scratch> DEFAULT_SCRATCH = List.of(
            new Scratch("/tmp", 64 * MIB, false),
            new Scratch("/run", 16 * MIB, false),
            new Scratch("/var/tmp", 64 * MIB, false));

    /** The default if the spec has no {@code ephemerality}. */
    public static final Ephemerality DEFAULT = new Ephemerality(Mode.Enforce, DEFAULT_SCRATCH, false, false);

    /** Only the engine's ordinary writable layer. */
    public static final Ephemerality OFF = new Ephemerality(Mode.Off, List.of(), true, false);

    /**
     * {@code Enforce}: the root file system is read-only, and writes go to volumes and scratch only; {@code Audit}:
     * writes are found and reported; {@code Off}: neither.
     */
    public enum Mode {
        Enforce,
        Audit,
        Off
    }

    /**
     * A directory in memory, empty when its replica starts.
     *
     * @param path absolute, normalized
     * @param sizeBytes above 0
     * @param exec true: programs in it may be executed
     */
    public record Scratch(String path, long sizeBytes, boolean exec) {}
}
