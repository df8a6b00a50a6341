/** Containers as the engine shows them: snapshots, labels, exit codes. Sees {@code runtime.docker.engine}. */
package dev.mayfly.runtime.docker.container;
