package dev.mayfly.runtime.docker.engine;

import java.util.OptionalInt;

/**
 * What became of a command that the engine was asked to run in a container.
 *
 * @param exec the engine's id of it
 * @param exitCode empty where it did not end in the time that it had: it runs on, the engine has no call that ends it
 * @param output the last bytes that it wrote to stdout and stderr so far
 */
public record Command(String exec, OptionalInt exitCode, String output) {}
