package dev.mayfly.runtime.support;

import java.util.List;
import java.util.OptionalInt;

/** What a graceful stop asks of an engine. Each call waits for the engine, but not for what it has begun. */
public interface Signalling {

    /** Sends the signal to PID 1. False where the container does not run. */
    boolean signal(String container, String signal);

    /** Prepares a command in the container. @return the engine's id of it @throws EngineRefused where it can't be run */
    String prepare(String container, List<String> command);

    /** Runs it, and returns as soon as it has begun. @throws EngineRefused where it can't be run */
    void run(String command);

    /** Empty while the command runs. */
    OptionalInt exitCode(String command);
}
