/**
 * Volumes, mounts and memory-backed file systems of replicas on a Docker Engine. Sees {@code host}, and the adapter's
 * {@code engine} and {@code container}.
 */
package dev.mayfly.runtime.docker.volume;
