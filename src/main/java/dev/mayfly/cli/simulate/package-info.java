/** {@code mayfly simulate}: what would happen to a workload, as a table and a plot. */
package dev.mayfly.cli.simulate;
