package dev.mayfly.runtime;

import dev.mayfly.core.model.OwnerId;

/**
 * Something that a person who looks at the workload wants to know. Happenings tell, they decide nothing.
 *
 * @param owner the workload it concerns
 * @param reason a CamelCase word as Kubernetes uses it: {@code Created}, {@code Pulling}, {@code Failed}
 * @param subject what it happened to: a replica such as {@code web-3}, or an image reference
 * @param note the engine's words or details; empty where reason and subject say it all
 * @param warning true where somebody may have to act
 */
public record RuntimeEvent(OwnerId owner, String reason, String subject, String note, boolean warning) {}
