package dev.mayfly.runtime.docker.engine;

import java.util.OptionalInt;

/**
 * Result of a command in a container.
 *
 * @param exec the engine's ID of the command
 * @param exitCode empty if the command did not end in time: it keeps running, because the engine has no call that ends
 *     it
 * @param output the last bytes that it has written to stdout and stderr so far
 */
public record Command(String exec, OptionalInt exitCode, String output) {}
