/**
 * The interface of a container runtime, its capabilities, and the labels that say whose a container is. Sees {@code
 * core}.
 */
package dev.mayfly.runtime;
