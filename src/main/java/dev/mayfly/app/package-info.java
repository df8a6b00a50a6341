/** Starts the operator or a command: wiring of the runtimes, health. Sees everything. */
package dev.mayfly.app;
