package dev.mayfly.imagearchive;

/**
 * Limits the memory that one scan of an image keeps for all its layers together: an image with endless files must not
 * end the operator. Not thread-safe.
 */
final class ArchiveBudget {
    /**
     * A scan has 64 MB; the program and its stream buffers take 30 of them. Two scans at a time leave an operator with
     * {@code -Xmx192m} at least the 119 MB that it was measured to use (docs/decisions/jvm.md).
     */
    private static final int MAX_MEBIBYTES = 24;
    /**
     * Bytes per kept path besides its characters: a String (40 bytes) and its entries in a layer's set or map and in
     * the result.
     */
    private static final int NAME_OVERHEAD = 150;

    private long taken;

    /** @param bytes heap to account for; negative to release it */
    void take(long bytes) throws UnreadableImage {
        taken += bytes;
        if (taken > (long) MAX_MEBIBYTES << 20) {
            throw new UnreadableImage("it has more files than can be inspected within " + MAX_MEBIBYTES
                    + " MiB of memory, so it can't be evaluated; build it with fewer files: half a million are fine");
        }
    }

    /** Accounts for a path that is kept by name, at two bytes per character. */
    void takeName(String path) throws UnreadableImage {
        take(NAME_OVERHEAD + 2L * path.length());
    }
}
