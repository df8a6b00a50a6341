/**
 * Launches and removes replicas on a Docker Engine, and keeps the index of replicas current. Sees the other packages
 * of the adapter.
 */
package dev.mayfly.runtime.docker.replica;
