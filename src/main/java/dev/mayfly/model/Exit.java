package dev.mayfly.model;

/**
 * How a replica's PID 1 exited.
 *
 * @param code exit code, 0 … 255; 128 + n if signal n ended it
 * @param signal name of that signal, such as {@code SIGKILL}; empty: none
 */
public record Exit(int code, String signal) {}
