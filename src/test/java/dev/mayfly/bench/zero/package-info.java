/** What a workload at zero costs its first client. */
package dev.mayfly.bench.zero;
