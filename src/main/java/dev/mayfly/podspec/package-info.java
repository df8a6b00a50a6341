/**
 * Templates as the specs of Pods, for Pods that run replicas and for those that only show them; what watches of them hold.
 * Sees {@code api.v1alpha1} and {@code core.model}.
 */
package dev.mayfly.podspec;
