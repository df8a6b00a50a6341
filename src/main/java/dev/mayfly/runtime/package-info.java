/**
 * The interface of a container runtime, its capabilities, and the labels that identify a container's owner. Sees
 * {@code core.model}, {@code core.image} and {@code core.audit}.
 */
package dev.mayfly.runtime;
