/**
 * The machine that the engine runs on: host paths, disk usage, files in memory, the journal. Sees {@code core.model},
 * {@code core.audit} and {@code fair}.
 */
package dev.mayfly.host;
