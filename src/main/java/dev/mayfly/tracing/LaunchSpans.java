package dev.mayfly.tracing;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.mayfly.core.model.Failure;
import dev.mayfly.core.model.Launch.Priority;
import dev.mayfly.core.model.Observed;
import dev.mayfly.core.model.OwnerId;
import dev.mayfly.core.model.Replica;
import dev.mayfly.core.model.ReplicaId;
import dev.mayfly.runtime.ContainerRuntime;
import dev.mayfly.runtime.Measuring.Measurement.Launching;
import dev.mayfly.runtime.RuntimeUnavailable;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** The spans of one runtime's launches that are under way. */
final class LaunchSpans {
    /** Of a replica that does not become ready its span ends then. */
    private static final Duration LONGEST = Duration.ofHours(1);

    private static final int MOST = 10_000;

    private final Tracer tracer;
    private final Supplier<Context> reconciliation;
    private final ContainerRuntime runtime;
    private final Cache<ReplicaId, LaunchSpan> open = Caffeine.newBuilder()
            .expireAfterWrite(LONGEST)
            .maximumSize(MOST)
            .executor(Runnable::run)
            .<ReplicaId, LaunchSpan>removalListener((id, span, cause) -> span.end(Optional.empty()))
            .build();

    /** @param reconciliation the parent of launches that are accepted on this thread */
    LaunchSpans(Tracer tracer, Supplier<Context> reconciliation, ContainerRuntime runtime) {
        this.tracer = tracer;
        this.reconciliation = reconciliation;
        this.runtime = runtime;
    }

    void entered(Launching launch) {
        var id = launch.id();
        switch (launch.stage()) {
            case ACCEPTED -> open.put(id, new LaunchSpan(tracer, reconciliation.get(), launch));
            case BEGUN -> with(id, span -> span.enter(launch.priority() == Priority.RELEASE ? "release" : "create"));
            case CREATED -> with(id, span -> span.enter("start"));
            case STARTED -> {
                with(id, LaunchSpan::started);
                changed(id.owner()); // without probes it is ready by now
            }
            case ENDED -> end(id, launch.failure());
        }
    }

    /** Replicas of a workload changed: ends the spans of those that are ready, or never will be. */
    void changed(OwnerId owner) {
        open.asMap().forEach((id, span) -> {
            if (id.owner().equals(owner) && span.hasStarted()) {
                observe(owner).ifPresent(observed -> follow(id, observed.find(id)));
            }
        });
    }

    private void follow(ReplicaId id, Optional<Replica> replica) {
        if (replica.isEmpty() || replica.get().ready()) {
            end(id, Optional.empty());
        } else if (replica.get().phase().terminated()) {
            end(id, replica.get().outcome().failure().map(Failure::reason));
        }
    }

    /** Empty while the runtime does not know; it tells of a change later. */
    private Optional<Observed> observe(OwnerId owner) {
        try {
            return Optional.of(runtime.observe(owner, Instant.EPOCH));
        } catch (RuntimeUnavailable unknown) {
            return Optional.empty();
        }
    }

    private void with(ReplicaId id, Consumer<LaunchSpan> change) {
        Optional.ofNullable(open.getIfPresent(id)).ifPresent(change);
    }

    private void end(ReplicaId id, Optional<String> failure) {
        with(id, span -> span.end(failure)); // before its removal, which ends it without one
        open.invalidate(id);
    }
}
