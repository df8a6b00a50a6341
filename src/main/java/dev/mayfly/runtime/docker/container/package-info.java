/**
 * Containers as the engine shows them: snapshots, labels, exit codes. Sees {@code imagearchive}, and {@code engine}
 * with all that it sees.
 */
package dev.mayfly.runtime.docker.container;
