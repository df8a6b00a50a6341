/**
 * Traces of scale-ups by OpenTelemetry, for whoever names a receiver of them: a reconciliation, the launches that it
 * requested, and the stages of each. Only this package knows OpenTelemetry, and loads it only then.
 */
package dev.mayfly.tracing;
