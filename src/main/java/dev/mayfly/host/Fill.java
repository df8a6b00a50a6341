package dev.mayfly.host;

/**
 * How full a disk is.
 *
 * @param usedBytes includes the blocks reserved for root, as in the kubelet's figure
 * @param totalBytes size of the file system
 */
public record Fill(long usedBytes, long totalBytes) {}
