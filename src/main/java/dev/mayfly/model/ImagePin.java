package dev.mayfly.model;

/**
 * What an image reference meant when a revision first ran: the revision's replicas run this, whatever the reference means later.
 *
 * @param id the image's content id, {@code sha256:…}
 * @param digest its repository digest, {@code sha256:…}; empty for an image that never saw a registry
 */
public record ImagePin(String id, String digest) {}
