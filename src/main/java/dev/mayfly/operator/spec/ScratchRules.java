package dev.mayfly.operator.spec;

import dev.mayfly.core.model.MemoryBudget;
import dev.mayfly.core.model.Template;
import dev.mayfly.operator.cluster.InvalidSpec;
import java.util.HashSet;

/** Checks that scratch directories and volumes in memory fit the memory limit, and that each has a path of its own. */
final class ScratchRules {
    private static final long MEBIBYTE = 1L << 20;

    /** Memory is allocated in pages. */
    private static final long PAGE = 4096;

    private ScratchRules() {}

    /** @throws InvalidSpec if a rule is violated */
    static void check(Template template) {
        checkPlaces(template);
        checkMemory(template);
    }

    private static void checkPlaces(Template template) {
        var mounts = template.mounts().stream().map(Template.Mount::path).toList();
        var paths = new HashSet<String>();
        for (var scratch : template.ephemerality().scratch()) {
            if (!paths.add(scratch.path())) {
                throw new InvalidSpec(
                        "two of scratch have the path " + scratch.path() + ": change or remove one of them");
            }
            if (scratch.sizeBytes() < PAGE) {
                throw new InvalidSpec("the scratch directory " + scratch.path()
                        + " has a sizeLimit below 4Ki, less than memory is handed out in: raise it");
            }
            if (template.ephemerality().scratchGiven() && mounts.contains(scratch.path())) {
                throw new InvalidSpec("both scratch and volumeMounts have the path " + scratch.path()
                        + ": remove it from one of them");
            }
        }
    }

    private static void checkMemory(Template template) {
        var memory = MemoryBudget.of(template);
        if (!memory.fits()) {
            throw new InvalidSpec(
                    "scratch directories with a size and volumes with emptyDir.medium: Memory (64Mi each without"
                            + " a sizeLimit) take up to " + mebibytes(memory.fixedBytes())
                            + " in all, which with shared memory and other scratch space is more than half of limits.memory: raise"
                            + " limits.memory to " + mebibytes(memory.neededLimit()) + " or lower sizeLimit");
        }
    }

    private static String mebibytes(long bytes) {
        return Math.ceilDiv(bytes, MEBIBYTE) + "Mi";
    }
}
