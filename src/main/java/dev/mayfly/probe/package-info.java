/** Probes of replicas over HTTP, TCP and commands, without any engine. Sees {@code core.model} and
 * {@code fair}. */
package dev.mayfly.probe;
