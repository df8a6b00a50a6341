/**
 * Shares what is scarce between namespaces, then between the owners in each: turns in a queue, threads, places,
 * space and budgets. Knows neither Kubernetes nor an engine.
 */
package dev.mayfly.fair;
