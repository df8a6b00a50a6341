package dev.mayfly.config;

import java.net.URI;
import java.util.Optional;

/** Traces of scale-ups. */
public interface TracingConfig {

    /**
     * URL of a receiver of OpenTelemetry's traces by OTLP over HTTP, such as {@code http://collector:4318}, to whose {@code
     * /v1/traces} spans are sent: {@code reconcile} for a reconciliation that launches replicas, {@code launch} for each
     * launch until its replica is ready, and for its stages {@code wait} (for its image and its turn), {@code create} or
     * {@code release}, {@code start} and {@code readiness}. Attributes are names. Unset: nothing is traced.
     */
    Optional<URI> endpoint();
}
