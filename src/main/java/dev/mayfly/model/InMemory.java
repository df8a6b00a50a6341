package dev.mayfly.model;

import dev.mayfly.model.Ephemerality.Scratch;

/**
 * How much memory a replica's memory-backed file systems may take. They count towards its memory limit, so together they get
 * at most half of it: else a full one ends the replica (OOM) where it should see ENOSPC.
 *
 * @param fixedBytes of what the user gave a size, and of {@code emptyDir}s with medium Memory
 * @param halfBytes half of the memory limit; 0: there is none
 */
public record InMemory(long fixedBytes, long halfBytes) {
    private static final long MIB = 1 << 20;

    /** Of {@code /dev/shm}, unless it has to shrink: the engine's own default. */
    public static final long SHM = 64 * MIB;
    /** Of a VOLUME of the image that memory is mapped over, unless it has to shrink. */
    public static final long COVERED_VOLUME = 64 * MIB;

    /** What can shrink does so to make room, but not below this in all. */
    private static final long LEAST = 4 * MIB;

    /** What the template fixes. */
    public static InMemory of(Template template) {
        var emptyDirs = template.volumes().values().stream()
                .mapToLong(volume -> volume instanceof Volume.EmptyDir dir ? dir.memoryBytes() : 0)
                .sum();
        var ephemerality = template.ephemerality();
        var scratch = ephemerality.scratchGiven()
                ? ephemerality.scratch().stream().mapToLong(Scratch::sizeBytes).sum()
                : 0;
        return new InMemory(emptyDirs + scratch, template.resources().limitMemoryBytes() / 2);
    }

    /** False where the user's own sizes leave nothing for the rest. */
    public boolean fits() {
        return halfBytes == 0 || fixedBytes == 0 || fixedBytes + LEAST <= halfBytes;
    }

    /** The memory limit with which it fits. */
    public long neededLimit() {
        return 2 * (fixedBytes + LEAST);
    }

    /** By what the defaulted sizes are multiplied, above 0 and at most 1. @param wanted their sum */
    public double shrink(long wanted) {
        return halfBytes == 0 ? 1 : Math.min(1, Math.max(MIB, halfBytes - fixedBytes) / (double) wanted);
    }
}
