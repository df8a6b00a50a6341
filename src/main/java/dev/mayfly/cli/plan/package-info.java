/** {@code mayfly plan}: what a change of a workload would do, on a simulated engine with the workload's own times. */
package dev.mayfly.cli.plan;
