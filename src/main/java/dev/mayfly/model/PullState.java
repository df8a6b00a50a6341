package dev.mayfly.model;

/**
 * How far a pull has come.
 *
 * @param bytes downloaded, 0 or more
 * @param totalBytes to download, as far as the registry told; 0: nothing yet
 * @param layersDone complete, those that were here already included
 * @param layers of the image, as far as known
 */
public record PullState(long bytes, long totalBytes, int layersDone, int layers) {

    /** 0 to 100; 0 while nothing is known. */
    public int percent() {
        return totalBytes == 0 ? 0 : (int) Math.min(100, bytes * 100 / totalBytes);
    }
}
