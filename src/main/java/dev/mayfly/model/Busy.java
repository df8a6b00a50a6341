package dev.mayfly.model;

import java.time.Instant;

/** A replica's answer to the busy probe. @param asOf when the replica was probed */
public record Busy(boolean busy, Instant asOf) {}
