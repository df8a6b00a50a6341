/** Volumes, mounts and memory-backed file systems of replicas on a Docker Engine. */
package dev.mayfly.runtime.docker.volume;
