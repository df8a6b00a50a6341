/** An in-memory runtime with a clock of its own, for tests and for trying out manifests. */
package dev.mayfly.runtime.simulated;
