package dev.mayfly.runtime.probe;

import java.time.Duration;
import java.util.List;

/** Runs commands in replicas. */
@FunctionalInterface
public interface Commands {

    /** A question that is answered by the command's exit code. */
    Question question(Target target, List<String> command, Duration timeout);
}
