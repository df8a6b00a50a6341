/**
 * Components that every container runtime needs, independent of any engine: index of replicas, terminations, fair
 * queue, governor, graceful stop, health checks. Sees {@code core.model}, {@code fair}, {@code probe} and
 * {@code runtime}.
 */
package dev.mayfly.runtime.support;
