/**
 * Streams into and out of containers, their address and what they use. Sees {@code container}, and {@code engine} with
 * all that it sees.
 */
package dev.mayfly.runtime.docker.access;
