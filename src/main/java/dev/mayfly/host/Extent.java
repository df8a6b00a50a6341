package dev.mayfly.host;

/**
 * How far a look at a writable layer went.
 *
 * @param bytes what the layer takes on the disk, as far as it was seen
 * @param complete false: there is more than was seen
 */
public record Extent(long bytes, boolean complete) {}
