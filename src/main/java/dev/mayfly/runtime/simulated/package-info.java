/**
 * An in-memory runtime with a clock of its own, for tests and for trying out manifests. Sees {@code core.model},
 * {@code core.audit}, {@code runtime} and {@code runtime.support}.
 */
package dev.mayfly.runtime.simulated;
