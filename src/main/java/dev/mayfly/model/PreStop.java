package dev.mayfly.model;

import java.time.Duration;
import java.util.List;

/** What happens in a replica before its stop signal. It counts against the grace. */
public sealed interface PreStop {

    /** @param command run in the replica's container, without a shell; its exit code is reported and changes nothing */
    record Exec(List<String> command) implements PreStop {}

    /** @param time 0 or more */
    record Sleep(Duration time) implements PreStop {}
}
