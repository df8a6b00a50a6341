package dev.mayfly.tracing;

import dev.mayfly.runtime.Measuring.Measurement.Launching;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import java.util.Locale;
import java.util.Optional;

/** The span of one launch until its replica is ready, and within it those of its stages, one after another. */
final class LaunchSpan {
    private final Tracer tracer;
    private final Attributes attributes;
    private final Span launch;
    private Span stage;
    private boolean started;
    private boolean ended;

    LaunchSpan(Tracer tracer, Context parent, Launching accepted) {
        var id = accepted.id();
        this.tracer = tracer;
        attributes = ReconcileSpan.attributes(id.owner()).toBuilder()
                .put("mayfly.replica", id.replica())
                .put("mayfly.attempt", id.attempt())
                .put("mayfly.priority", accepted.priority().name().toLowerCase(Locale.ROOT))
                .build();
        launch = span("launch", parent);
        stage = span("wait", Context.root().with(launch));
    }

    private Span span(String name, Context parent) {
        return tracer.spanBuilder(name)
                .setParent(parent)
                .setAllAttributes(attributes)
                .startSpan();
    }

    synchronized void enter(String name) {
        if (!ended) {
            stage.end();
            stage = span(name, Context.root().with(launch));
        }
    }

    /** Its container runs; from now on it waits to become ready. */
    synchronized void started() {
        enter("readiness");
        started = true;
    }

    synchronized boolean hasStarted() {
        return started;
    }

    /** @param failure reason of the failure, one word; empty if nothing failed */
    synchronized void end(Optional<String> failure) {
        if (!ended) {
            ended = true;
            failure.ifPresent(this::fail);
            stage.end();
            launch.end();
        }
    }

    private void fail(String reason) {
        stage.setStatus(StatusCode.ERROR, reason).setAttribute("error.type", reason);
        launch.setStatus(StatusCode.ERROR, reason).setAttribute("error.type", reason);
    }
}
