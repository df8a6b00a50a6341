package dev.mayfly.model;

/**
 * The image that a reference named when a revision first ran. All replicas of the revision run this image, even if the
 * reference names another one later.
 *
 * @param id content id, {@code sha256:…}
 * @param digest repository digest, {@code sha256:…}; empty: the image was never in a registry
 */
public record ImagePin(String id, String digest) {}
