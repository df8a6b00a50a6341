package dev.mayfly.host;

/**
 * How full a disk is.
 *
 * @param usedBytes those that nobody but root could write to as well, as the kubelet counts
 */
public record Fill(long usedBytes, long totalBytes) {}
