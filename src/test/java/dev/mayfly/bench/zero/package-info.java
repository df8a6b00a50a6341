/** Measures the cost of a workload at zero for its first client. */
package dev.mayfly.bench.zero;
