package dev.mayfly.core.model;

import dev.mayfly.core.model.Ephemerality.Scratch;

/**
 * How much memory a replica's memory-backed file systems may take. They count towards its memory limit, so together
 * they get at most half of it: otherwise a full file system would end the replica (OOM) instead of returning ENOSPC.
 *
 * @param fixedBytes total of the sizes the user gave, and of {@code emptyDir}s with medium Memory
 * @param halfBytes half of the memory limit; 0: there is no limit
 */
public record MemoryBudget(long fixedBytes, long halfBytes) {
    private static final long MIB = 1 << 20;

    /** Size of {@code /dev/shm} in bytes unless it has to shrink: the engine's default. */
    public static final long SHM = 64 * MIB;
    /** Size in bytes of the memory mounted at an image's VOLUME, unless it has to shrink. */
    public static final long COVERED_VOLUME = 64 * MIB;

    /** Smallest total in bytes to which the default sizes shrink. */
    private static final long LEAST = 4 * MIB;

    /** The budget of a template. */
    public static MemoryBudget of(Template template) {
        var emptyDirs = template.volumes().values().stream()
                .mapToLong(volume -> volume instanceof Volume.EmptyDir dir ? dir.memoryBytes() : 0)
                .sum();
        var ephemerality = template.ephemerality();
        var scratch = ephemerality.scratchGiven()
                ? ephemerality.scratch().stream().mapToLong(Scratch::sizeBytes).sum()
                : 0;
        return new MemoryBudget(emptyDirs + scratch, template.resources().limitMemoryBytes() / 2);
    }

    /** False if the sizes the user gave leave nothing for the rest. */
    public boolean fits() {
        return halfBytes == 0 || fixedBytes == 0 || fixedBytes + LEAST <= halfBytes;
    }

    /** The smallest memory limit in bytes with which the sizes fit. */
    public long neededLimit() {
        return 2 * (fixedBytes + LEAST);
    }

    /**
     * Factor for the default sizes, above 0 and at most 1.
     *
     * @param wanted total of the default sizes in bytes
     */
    public double shrink(long wanted) {
        return halfBytes == 0 ? 1 : Math.min(1, Math.max(MIB, halfBytes - fixedBytes) / (double) wanted);
    }
}
