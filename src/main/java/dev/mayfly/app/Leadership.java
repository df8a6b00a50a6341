package dev.mayfly.app;

import dev.mayfly.app.EngineLease.ClusterLease;
import dev.mayfly.config.LeaseSettings;
import dev.mayfly.config.LeaseSettings.Leader;
import dev.mayfly.config.LeaseSettings.Leading;
import dev.mayfly.config.MayflyConfig;
import dev.mayfly.operator.cluster.ClusterIdentity;
import dev.mayfly.runtime.ContainerRuntime;
import dev.mayfly.runtime.RuntimeUnavailable;
import dev.mayfly.runtime.Runtimes;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.ShutdownEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Event;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jboss.logging.Logger;

/**
 * Holds the operator's Lease where the framework gives up: its election ends when the Lease was not renewed for half of its
 * duration, by the wall clock. An operator that is {@link EngineLease bound} to the engine of its host goes on, and
 * renews the Lease once the API server answers. Any other operator exits, since another one may act on its engine.
 */
@ApplicationScoped
class Leadership implements Leader {
    private static final Logger LOG = Logger.getLogger(Leadership.class);
    /** Priority among the observers of the shutdown: the framework closes the client. */
    private static final int FIRST = 1;
    /** How long the end of the operator may wait for the API server. */
    private static final int LAST_SECONDS = 2;

    private final EngineLease lease;
    private final boolean local;
    private final Supplier<Optional<String>> engine;
    private final Runnable leads;
    private final Runnable exit;
    private final Timing timing;
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("lease").factory());
    /** True once the Lease says which engine this operator acts on, so that no other one does. */
    private volatile boolean bound;

    private volatile boolean begun;
    private volatile boolean stopping;
    /** When this operator last renewed the Lease, from {@link System#nanoTime}; empty: only the framework did. */
    private Optional<Long> renewed = Optional.empty();

    /**
     * @param retry time between two attempts
     * @param deadline how long an operator that is not bound goes on without a renewal
     */
    record Timing(Duration retry, Duration deadline) {}

    @Inject
    Leadership(
            MayflyConfig config,
            KubernetesClient client,
            ClusterIdentity cluster,
            Runtimes runtimes,
            RuntimeWiring wiring,
            Event<Leading> leading) {
        this(
                new EngineLease(
                        new ClusterLease(
                                client, config.namespace(), config.lease().name()),
                        cluster.id(),
                        LeaseSettings.identity(config),
                        config.lease().duration()),
                wiring.local(),
                () -> engine(runtimes),
                () -> leading.fireAsync(new Leading()),
                () -> Quarkus.asyncExit(1),
                new Timing(LeaseSettings.retry(config), LeaseSettings.renewDeadline(config)));
    }

    /**
     * @param local true if the engine is on this host
     * @param engine the engine's ID; empty: it does not answer
     * @param leads called when this operator leads
     * @param exit ends the operator
     */
    Leadership(
            EngineLease lease,
            boolean local,
            Supplier<Optional<String>> engine,
            Runnable leads,
            Runnable exit,
            Timing timing) {
        this.lease = lease;
        this.local = local;
        this.engine = engine;
        this.leads = leads;
        this.exit = exit;
        this.timing = timing;
    }

    private static Optional<String> engine(Runtimes runtimes) {
        try {
            return runtimes.with(ContainerRuntime::imageEngine)
                    .map(images -> images.store().engine())
                    .findFirst();
        } catch (RuntimeUnavailable silent) {
            return Optional.empty();
        }
    }

    /** @throws IllegalStateException if this operator must not act although it holds the Lease */
    @Override
    public void begin() {
        refusal().ifPresent(why -> {
            LOG.error(why);
            throw new IllegalStateException(why);
        });
        begun = true;
        leads.run();
        Runnable mark = local ? this::bind : this::label;
        timer.execute(mark);
    }

    private Optional<String> refusal() {
        try {
            return lease.boundByAnother(engine)
                    .map(other ->
                            ("Operator %s is bound to this engine and may still act on it, so this one exits. If that"
                                            + " operator is gone for good, delete its Lease, or start this one with"
                                            + " mayfly.lease.identity=%s.")
                                    .formatted(other, other));
        } catch (KubernetesClientException unanswered) {
            return Optional.of("Whether another operator is bound to this engine is not known, so this one exits: "
                    + unanswered.getMessage());
        }
    }

    private void label() {
        try {
            if (lease.label()) {
                return;
            }
        } catch (KubernetesClientException later) {
            LOG.debugf("The Lease was not labelled yet: %s", later.getMessage());
        }
        again(this::label);
    }

    private void bind() {
        try {
            bound = engine.get().filter(lease::bind).isPresent();
        } catch (KubernetesClientException later) {
            LOG.debugf("The Lease was not bound to the engine yet: %s", later.getMessage());
        }
        if (!bound) {
            again(this::bind);
        }
    }

    @Override
    public void lost() {
        if (stopping) {
            return;
        }
        if (!begun) { // it was refused
            exit.run();
            return;
        }
        LOG.warn(
                bound
                        ? "The Lease was not renewed in time. This operator goes on with the workloads that it knows, since no other one acts on this engine."
                        : "The Lease was not renewed in time. This operator exits unless the API server answers now, since another one may act on its engine.");
        timer.execute(this::hold);
    }

    private void hold() {
        try {
            var other = lease.renew();
            if (other.isPresent()) {
                LOG.errorf("Operator %s leads now, so this one exits.", other.get());
                exit.run();
                return;
            }
            if (renewed.isEmpty()) {
                LOG.info("The API server answers again: this operator has renewed its Lease.");
            }
            renewed = Optional.of(System.nanoTime());
        } catch (KubernetesClientException unanswered) {
            if (!bound && overdue()) {
                LOG.errorf("The Lease could not be renewed, so this operator exits: %s", unanswered.getMessage());
                exit.run();
                return;
            }
            LOG.debugf("The Lease was not renewed yet: %s", unanswered.getMessage());
        }
        again(this::hold);
    }

    private boolean overdue() {
        return renewed.filter(
                        last -> System.nanoTime() - last < timing.deadline().toNanos())
                .isEmpty();
    }

    private void again(Runnable step) {
        if (!stopping) {
            timer.schedule(step, timing.retry().toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    /** The next operator need not have this one's identity. */
    void stop(@Observes @Priority(FIRST) ShutdownEvent ending) throws InterruptedException {
        var first = !stopping;
        stopping = true;
        if (bound && first) {
            timer.execute(this::unbind);
            timer.shutdown();
            timer.awaitTermination(LAST_SECONDS, TimeUnit.SECONDS);
        }
        timer.shutdownNow();
    }

    private void unbind() {
        try {
            lease.unbind();
        } catch (KubernetesClientException unanswered) {
            LOG.debugf("The Lease stays bound to the engine: %s", unanswered.getMessage());
        }
    }
}
