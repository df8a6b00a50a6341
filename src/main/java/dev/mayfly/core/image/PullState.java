package dev.mayfly.core.image;

/**
 * Progress of a pull.
 *
 * @param bytes downloaded bytes, 0 or more
 * @param totalBytes bytes to download, as far as the registry has reported them; 0: nothing reported yet
 * @param layersDone number of complete layers, including those that were on the engine before
 * @param layers number of the image's layers, as far as known
 */
public record PullState(long bytes, long totalBytes, int layersDone, int layers) {

    /** Percentage of {@code totalBytes}, 0 … 100; 0 while the total is not known. */
    public int percent() {
        return totalBytes == 0 ? 0 : (int) Math.min(100, bytes * 100 / totalBytes);
    }
}
