/**
 * Runs replicas as Pods that Kubernetes schedules. Sees {@code core.model}, {@code core.image}, {@code core.audit},
 * {@code fair}, {@code probe}, {@code podspec}, {@code runtime}, {@code runtime.support} and {@code runtime.registry}.
 */
package dev.mayfly.runtime.pods;
