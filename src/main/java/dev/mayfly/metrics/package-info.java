/**
 * The metrics that the operator exports for Prometheus, as docs/reference/metrics.md lists them. Listens to the framework, the runtimes
 * and the caches; nothing depends on it but the wiring.
 */
package dev.mayfly.metrics;
