package dev.mayfly.runtime.support;

import java.util.List;
import java.util.OptionalInt;

/**
 * Engine calls that a graceful stop needs. Each waits for the engine, but not for the command that it starts. A runtime
 * that can't run commands in containers only sends signals.
 */
@FunctionalInterface
public interface Signalling {

    /** Sends the signal to PID 1. False if the container does not run. */
    boolean signal(String container, String signal);

    /** Prepares a command in the container. @return its engine ID @throws EngineRefused if it can't be run */
    default String prepare(String container, List<String> command) {
        throw new EngineRefused("this runtime can't run commands in replicas");
    }

    /** Runs a prepared command and returns as soon as it started. @throws EngineRefused if it can't be run */
    default void run(String command) {}

    /** Empty while the command runs. */
    default OptionalInt exitCode(String command) {
        return OptionalInt.empty();
    }
}
