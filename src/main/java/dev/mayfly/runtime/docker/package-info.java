/**
 * The Docker Engine as a runtime: puts the parts of the adapter together. Sees all of them, {@code host}, {@code probe}
 * and {@code scanner}.
 */
package dev.mayfly.runtime.docker;
