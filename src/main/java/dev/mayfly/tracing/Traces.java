package dev.mayfly.tracing;

import dev.mayfly.core.model.OwnerId;
import dev.mayfly.runtime.ContainerRuntime;
import dev.mayfly.runtime.Measuring.Measurement.Launching;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.sdk.common.Clock;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.export.BatchSpanProcessor;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;

/** Makes spans of reconciliations and launches, and sends them in batches. What can't be sent is dropped. */
final class Traces implements AutoCloseable {
    /** Of a receiver that does not answer: the operator ends, and does not wait for it. */
    private static final Duration LAST_BATCH = Duration.ofSeconds(2);

    private final SdkTracerProvider provider;
    private final Tracer tracer;
    private final ThreadLocal<ReconcileSpan> current = new ThreadLocal<>();

    private Traces(SdkTracerProvider provider) {
        this.provider = provider;
        this.tracer = provider.get("dev.mayfly");
    }

    /** @param receiver to whose {@code /v1/traces} spans are sent, as OTLP has it */
    static Traces sentTo(URI receiver, String installation, String version) {
        var base = receiver.toString();
        var exporter = OtlpHttpSpanExporter.builder()
                .setEndpoint((base.endsWith("/") ? base : base + "/") + "v1/traces")
                .build();
        var operator = Attributes.builder()
                .put("service.name", "mayfly")
                .put("service.version", version)
                .put("mayfly.installation", installation)
                .build();
        return new Traces(SdkTracerProvider.builder()
                .setResource(Resource.getDefault().merge(Resource.create(operator)))
                .addSpanProcessor(BatchSpanProcessor.builder(exporter).build())
                .build());
    }

    /** Traces the launches of a runtime from now on, if it measures them. */
    void follow(ContainerRuntime runtime) {
        runtime.measuring().ifPresent(measuring -> {
            var launches = new LaunchSpans(tracer, this::reconciliation, runtime);
            measuring.onMeasurement(measurement -> {
                if (measurement instanceof Launching launching) {
                    launches.entered(launching);
                }
            });
            runtime.watch(launches::changed);
        });
    }

    /** As {@link Tracing#reconciling}. */
    <T> T reconciling(OwnerId owner, Callable<T> reconciliation) throws Exception {
        var span = new ReconcileSpan(tracer, owner, Clock.getDefault().now());
        current.set(span);
        try {
            return reconciliation.call();
        } finally {
            current.remove();
            span.end();
        }
    }

    /** The span of this thread's reconciliation, in which its launches are; none if it makes none. */
    private Context reconciliation() {
        var span = current.get();
        return span == null ? Context.root() : span.context();
    }

    @Override
    public void close() {
        provider.shutdown().join(LAST_BATCH.toMillis(), TimeUnit.MILLISECONDS);
    }
}
