package dev.mayfly.operator.image;

/**
 * Fired after each collection that removed images.
 *
 * @param images number of removed images
 * @param layers number of removed layers
 * @param bytes size of the removed layers
 */
public record ImagesReclaimed(int images, long layers, long bytes) {}
