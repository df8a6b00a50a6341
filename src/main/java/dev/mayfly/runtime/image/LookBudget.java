package dev.mayfly.runtime.image;

/**
 * The memory that a look into one image may keep, of all its layers together: an image of files without end must not end the
 * operator. Not for several threads.
 */
final class LookBudget {
    /**
     * A look has 64 MB: 30 are its program's and what streams by. Two at a time leave an operator with {@code -Xmx192m} more than
     * the 119 MB that it was seen to use at its worst (docs/decisions/jvm.md).
     */
    private static final int MEBIBYTES = 24;
    /** Beside its characters: a text (40 bytes), and its places in a layer's set or map and in what the image shows. */
    private static final int NAME = 150;

    private long taken;

    /** @param bytes of the heap; negative: they are free again */
    void take(long bytes) throws UnreadableImage {
        taken += bytes;
        if (taken > (long) MEBIBYTES << 20) {
            throw new UnreadableImage("it has more files than can be looked at within " + MEBIBYTES
                    + " MiB of memory, so it can't be judged; make it of fewer files: half a million are fine");
        }
    }

    /** For a path that is kept by name, at two bytes a character. */
    void takeName(String path) throws UnreadableImage {
        take(NAME + 2L * path.length());
    }
}
