/**
 * What every runtime needs, whatever its replicas run on: the index of replicas and how what is known of them changes,
 * terminations, the governed queue of calls, graceful stops and the schedule of probes. Sees {@code core}, the SPI and {@code probe}; no engine.
 */
package dev.mayfly.runtime.support;
