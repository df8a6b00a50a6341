/** Runs external image scanners and reads their reports. Sees {@code core}. */
package dev.mayfly.scanner;
