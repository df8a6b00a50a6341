/** Probes of replicas over HTTP, TCP and commands, without any engine. Sees {@code core.model}. */
package dev.mayfly.probe;
