package dev.mayfly.host;

/**
 * How much of a writable layer was scanned.
 *
 * @param bytes disk space of the scanned part
 * @param complete false if part of the layer was not scanned
 */
public record Extent(long bytes, boolean complete) {}
