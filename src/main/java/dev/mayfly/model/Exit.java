package dev.mayfly.model;

/**
 * How a replica's PID 1 ended.
 *
 * @param code its exit code, 0 … 255; 128 + n where signal n ended it
 * @param signal name of that signal, such as {@code SIGKILL}; empty where none did
 */
public record Exit(int code, String signal) {}
