package dev.mayfly.operator.cleanup;

import java.util.OptionalInt;

/**
 * Fired after each look at what removed replicas left below the engine's API.
 *
 * @param count empty if that can't be seen from here
 */
public record RemnantsCounted(OptionalInt count) {}
