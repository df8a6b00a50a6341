package dev.mayfly.model;

import java.time.Instant;

/** What a replica answered when it was asked whether it is busy. @param asOf when it was asked */
public record Busy(boolean busy, Instant asOf) {}
