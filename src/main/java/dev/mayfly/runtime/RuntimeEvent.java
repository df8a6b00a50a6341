package dev.mayfly.runtime;

import dev.mayfly.core.model.OwnerId;

/**
 * An event for the users of a workload. Events only report; no decision depends on them.
 *
 * @param owner the workload it concerns
 * @param reason a CamelCase word as Kubernetes uses it: {@code Created}, {@code Pulling}, {@code Failed}
 * @param subject the replica, such as {@code web-3}, or the image reference
 * @param note the engine's message or details; empty if reason and subject suffice
 * @param warning true if a user may have to act
 */
public record RuntimeEvent(OwnerId owner, String reason, String subject, String note, boolean warning) {}
