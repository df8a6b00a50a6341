/**
 * Finds what replicas on a Docker Engine wrote outside of volumes. Sees {@code host}, and the adapter's {@code engine},
 * {@code container} and {@code volume}.
 */
package dev.mayfly.runtime.docker.audit;
