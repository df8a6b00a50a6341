/**
 * The interface of a container runtime, its capabilities, and the labels that identify a container's owner. Sees
 * {@code core}.
 */
package dev.mayfly.runtime;
