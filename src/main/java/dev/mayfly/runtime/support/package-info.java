/**
 * Components that every container runtime needs, independent of any engine: index of replicas, terminations, fair
 * queue, governor, graceful stop, health checks. Sees {@code runtime}.
 */
package dev.mayfly.runtime.support;
