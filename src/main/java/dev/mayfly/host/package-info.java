/**
 * The machine that the engine runs on: host paths, disk usage, files in memory, the journal. Sees {@code core.model}
 * and {@code core.audit}.
 */
package dev.mayfly.host;
