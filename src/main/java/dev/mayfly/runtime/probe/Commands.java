package dev.mayfly.runtime.probe;

import java.time.Duration;
import java.util.List;

/** Runs commands in replicas. */
@FunctionalInterface
public interface Commands {

    /** A probe that runs the command and is answered by its exit code. */
    Question question(Target target, List<String> command, Duration timeout);
}
