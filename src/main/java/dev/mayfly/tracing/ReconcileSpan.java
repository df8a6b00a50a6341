package dev.mayfly.tracing;

import dev.mayfly.core.model.OwnerId;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** The span of one reconciliation. There is none unless something happens within it: most reconciliations change nothing. */
final class ReconcileSpan {
    private final Tracer tracer;
    private final OwnerId owner;
    private final long began;
    private Optional<Span> span = Optional.empty();

    /** @param began in nanoseconds since 1970 */
    ReconcileSpan(Tracer tracer, OwnerId owner, long began) {
        this.tracer = tracer;
        this.owner = owner;
        this.began = began;
    }

    /** The parent of what happens within the reconciliation, on its thread. */
    Context context() {
        if (span.isEmpty()) {
            span = Optional.of(tracer.spanBuilder("reconcile")
                    .setNoParent()
                    .setStartTimestamp(began, TimeUnit.NANOSECONDS)
                    .setAllAttributes(attributes(owner))
                    .startSpan());
        }
        return Context.root().with(span.get());
    }

    void end() {
        span.ifPresent(Span::end);
    }

    /** Names of a resource, and nothing of what it contains. */
    static Attributes attributes(OwnerId owner) {
        return Attributes.builder()
                .put("k8s.namespace.name", owner.namespace())
                .put("mayfly.kind", owner.kind())
                .put("mayfly.workload", owner.name())
                .build();
    }
}
