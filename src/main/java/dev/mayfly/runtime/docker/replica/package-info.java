/**
 * Launches and removes replicas on a Docker Engine, and keeps the index of replicas current. Sees {@code host},
 * {@code probe}, and the other packages of the adapter.
 */
package dev.mayfly.runtime.docker.replica;
