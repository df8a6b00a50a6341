/**
 * A workload's life on a simulated engine: the planner and the status, on a clock of their own. Sees {@code core.*} and
 * {@code runtime.simulated}, no cluster.
 */
package dev.mayfly.simulation;
