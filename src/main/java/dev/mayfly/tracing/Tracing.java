package dev.mayfly.tracing;

import dev.mayfly.config.MayflyConfig;
import dev.mayfly.core.model.OwnerId;
import dev.mayfly.runtime.Runtimes;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Traces scale-ups if {@code mayfly.tracing.endpoint} is set; else it costs nothing. */
@Singleton
public class Tracing implements AutoCloseable {
    private final Optional<Traces> traces;

    @Inject
    Tracing(MayflyConfig config, @ConfigProperty(name = "quarkus.application.version") String version) {
        this(config.tracing().endpoint().map(endpoint -> Traces.sentTo(endpoint, config.installation(), version)));
    }

    private Tracing(Optional<Traces> traces) {
        this.traces = traces;
    }

    /** Traces nothing. */
    public static Tracing off() {
        return new Tracing(Optional.empty());
    }

    void start(@Observes StartupEvent started, Runtimes runtimes) {
        traces.ifPresent(on -> runtimes.all().forEach(on::follow));
    }

    /**
     * Makes a reconciliation, which is traced if it requests launches.
     *
     * @throws Exception what the reconciliation throws
     */
    public <T> T reconciling(OwnerId owner, Callable<T> reconciliation) throws Exception {
        return traces.isPresent() ? traces.get().reconciling(owner, reconciliation) : reconciliation.call();
    }

    /** Sends what is not sent yet, if the receiver answers at once. */
    @Override
    @PreDestroy
    public void close() {
        traces.ifPresent(Traces::close);
    }
}
