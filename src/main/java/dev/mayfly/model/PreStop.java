package dev.mayfly.model;

import java.time.Duration;
import java.util.List;

/** What runs in a replica before its stop signal. The time counts against the grace period. */
public sealed interface PreStop {

    /** @param command run in the container without a shell; its exit code is reported and has no effect */
    record Exec(List<String> command) implements PreStop {}

    /** @param time 0 or more */
    record Sleep(Duration time) implements PreStop {}
}
