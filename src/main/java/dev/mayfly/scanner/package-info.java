/** Runs external image scanners and reads their reports. Sees {@code core.model} and {@code core.image}. */
package dev.mayfly.scanner;
