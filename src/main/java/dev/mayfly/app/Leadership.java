package dev.mayfly.app;

import dev.mayfly.app.EngineLease.ClusterLease;
import dev.mayfly.config.LeaseSettings;
import dev.mayfly.config.LeaseSettings.Leader;
import dev.mayfly.config.LeaseSettings.Leading;
import dev.mayfly.config.MayflyConfig;
import dev.mayfly.host.Machine;
import dev.mayfly.operator.cluster.ClusterIdentity;
import dev.mayfly.runtime.Runtimes;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.javaoperatorsdk.operator.api.config.ConfigurationService;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Event;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jboss.logging.Logger;

/**
 * Holds the operator's Lease where the framework gives up: its election ends when the Lease was not renewed for half of its
 * duration, by the wall clock. An operator on its engine's host goes on until a successor {@link HostFence fences it off}, and
 * renews the Lease once the API server answers. One without an engine does the same, and changes nothing meanwhile. Any other
 * operator exits, since another one may act on its engine.
 */
@ApplicationScoped
class Leadership implements Leader {
    private static final Logger LOG = Logger.getLogger(Leadership.class);
    /** Priority among the observers of the shutdown: the framework closes the client. */
    private static final int FIRST = 1;
    /** After the framework has stopped: nothing is reconciled any more. */
    private static final int LAST = 10_000;
    /** How long the end of the operator may wait for the API server. */
    private static final Duration LAST_WAIT = Duration.ofSeconds(5);

    private final EngineLease lease;
    private final Optional<HostFence> fence;
    private final Engine engine;
    private final Runnable leads;
    private final Runnable exit;
    private final LeaseTiming timing;
    private final ScheduledExecutorService timer = Executors.newScheduledThreadPool(
            2, Thread.ofPlatform().daemon().name("lease-", 0).factory());

    private final LastRenewal lastRenewal;
    private final AtomicBoolean follows = new AtomicBoolean();
    /** True while the Lease is this operator's to release, although it may not have begun yet. */
    private volatile boolean acquired;

    private volatile boolean begun;
    private volatile boolean holds;
    private volatile boolean stopping;
    /** True once this operator must not act any more. */
    private volatile boolean over;
    /** When this operator last renewed the Lease, from {@link System#nanoTime}; empty: only the framework did. */
    private Optional<Long> renewed = Optional.empty();

    /** The engine on which the leader acts. */
    interface Engine {
        /** Its ID; empty: it does not answer. */
        Optional<String> id();

        /** Connects to it. Idempotent. @param acts asked before each request that changes something */
        void start(BooleanSupplier acts);

        /** Ends the connections. Idempotent. */
        void close();
    }

    /** @param runtimes with them the wiring has decided how this operator can be fenced off */
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
                        wiring.identity(),
                        wiring.fence().map(HostFence::directoryId).orElse(""),
                        Machine.here().bootId(),
                        LeaseSettings.duration(config, wiring.unfencedCall().isZero())),
                wiring.fence(),
                wiring,
                () -> leading.fireAsync(new Leading()).exceptionally(Leadership::notBegun),
                () -> Quarkus.asyncExit(1),
                LeaseTiming.of(
                        LeaseSettings.duration(config, wiring.unfencedCall().isZero()), wiring.unfencedCall()));
    }

    private static Leading notBegun(Throwable defect) {
        LOG.error("A part of the operator could not begin its work as the leader; restart the operator", defect);
        return null;
    }

    /**
     * @param fence empty if the engine is not on this host
     * @param leads called when this operator leads
     * @param exit ends the operator
     */
    Leadership(
            EngineLease lease,
            Optional<HostFence> fence,
            Engine engine,
            Runnable leads,
            Runnable exit,
            LeaseTiming timing) {
        this.lease = lease;
        this.lastRenewal = new LastRenewal(lease);
        this.fence = fence;
        this.engine = engine;
        this.leads = leads;
        this.exit = exit;
        this.timing = timing;
    }

    /** Without an election, as in tests and in dev mode, nobody else acts on the engine. */
    void alone(@Observes StartupEvent starting, ConfigurationService framework) {
        if (framework.getLeaderElectionConfiguration().isEmpty()) {
            engine.start(this::notFencedOff);
        }
    }

    @Override
    public String identity() {
        return lease.identity();
    }

    @Override
    public Duration leaseDuration() {
        return timing.lease();
    }

    private boolean notFencedOff() {
        return fence.map(HostFence::isOurs).orElse(true);
    }

    /** Without a fence, a process that was paused may find that its Lease has expired. */
    private boolean acts() {
        return !over && (fence.isPresent() ? notFencedOff() : lastRenewal.age().compareTo(timing.valid()) < 0);
    }

    @Override
    public boolean holds() {
        return holds;
    }

    /** @throws IllegalStateException if this operator must not act although it holds the Lease */
    @Override
    public void begin() {
        lastRenewal.renewed(System.nanoTime());
        acquired = true;
        refusal().ifPresent(why -> {
            acquired = stopping; // else the Lease may be of another operator with this identity
            LOG.error(why);
            throw new IllegalStateException(why);
        });
        begun = true;
        holds = true;
        leads.run();
        if (fence.isPresent()) { // before the framework's first renewal, with which another writer would collide
            bind();
        } else {
            label();
        }
        var retry = timing.retry().toMillis();
        timer.scheduleWithFixedDelay(
                fence.isPresent() ? this::stepDown : lastRenewal::look, retry, retry, TimeUnit.MILLISECONDS);
    }

    private Optional<String> refusal() {
        try {
            if (fence.isPresent() && !stopping) {
                fence.get().take();
            }
            if (!stopping) {
                startRenewing();
            }
            return stopping ? Optional.of("This operator is stopping") : boundElsewhere(engine::id);
        } catch (IOException full) {
            return Optional.of("This operator can't fence off its predecessor, so it exits: " + full.getMessage());
        } catch (KubernetesClientException unanswered) {
            return Optional.of("Whether another operator is bound to this engine is not known, so this one exits: "
                    + unanswered.getMessage());
        }
    }

    private Optional<String> boundElsewhere(Supplier<Optional<String>> id) {
        return lease.boundElsewhere(id)
                .map(
                        ("Operator %s is bound to this engine and may still act on it, and has no directory in common with this"
                                        + " one, which exits. If that operator is gone for good, delete its Lease.")
                                ::formatted);
    }

    /** The framework renews nothing before {@link #begin} has returned, and to read many containers takes long. */
    private void startRenewing() {
        var retry = timing.retry().toMillis();
        var renewals = timer.scheduleWithFixedDelay(this::renew, retry, retry, TimeUnit.MILLISECONDS);
        try {
            engine.start(this::acts);
        } finally {
            renewals.cancel(false);
        }
    }

    private void renew() {
        try {
            lease.renew();
        } catch (RuntimeException later) {
            LOG.debugf("The Lease was not renewed yet: %s", later);
        }
    }

    @Override
    public void follows(String leader) {
        if (!leader.equals(identity()) && fence.isPresent() && !follows.getAndSet(true)) {
            var retry = timing.retry().toMillis();
            timer.scheduleWithFixedDelay(this::succeed, retry, retry, TimeUnit.MILLISECONDS);
        }
    }

    /** The kernel says at once that a process of this host ended, the Lease only when it expires. */
    private void succeed() {
        try {
            if (!begun && !stopping) {
                lease.releaseFor(fence.orElseThrow()::isDead);
            }
        } catch (RuntimeException later) {
            LOG.debugf("Whether the leader lives is not known: %s", later);
        }
    }

    /** Apart from the renewals, which may wait for the API server: a successor need not. */
    private void stepDown() {
        fence.flatMap(HostFence::successor).filter(other -> !stopping).ifPresent(this::exitFor);
    }

    private void exitFor(String other) {
        exit("Operator %s leads now, so this one exits.".formatted(other));
    }

    private void exit(String why) {
        LOG.error(why);
        end();
    }

    private void end() {
        over = true;
        holds = false;
        stopping = true;
        exit.run();
    }

    private void label() {
        try {
            if (lease.label()) {
                return;
            }
        } catch (RuntimeException later) {
            LOG.debugf("The Lease was not labelled yet: %s", later);
        }
        again(this::label);
    }

    private void bind() {
        try {
            var id = engine.id();
            if (id.filter(lease::bind).isPresent()) {
                return;
            }
            // by one of the same identity that began at the same time
            var refusal = id.flatMap(known -> boundElsewhere(() -> id));
            if (refusal.isPresent()) {
                exit(refusal.get());
                return;
            }
        } catch (RuntimeException later) {
            LOG.debugf("The Lease was not bound to the engine yet: %s", later);
        }
        again(this::bind);
    }

    @Override
    public void lost() {
        holds = false;
        if (stopping) {
            return;
        }
        if (!begun) { // it was refused
            end();
            return;
        }
        LOG.warn("The Lease was not renewed in time. This operator " + consequence());
        timer.execute(this::hold);
    }

    private String consequence() {
        if (fence.isPresent()) {
            return "goes on with the workloads that it knows, since a successor on this engine would fence it off.";
        }
        return exitsUnrenewed()
                ? "exits unless the API server answers now, since another one may act on its engine."
                : "changes nothing until the API server answers.";
    }

    private boolean exitsUnrenewed() {
        return fence.isEmpty() && !timing.call().isZero();
    }

    private void hold() {
        if (fence.flatMap(HostFence::successor).isPresent()) {
            return; // the Lease is the successor's
        }
        var now = System.nanoTime();
        try {
            var other = lease.renew();
            if (other.isPresent()) {
                exitFor(other.get());
                return;
            }
            if (renewed.isEmpty()) {
                LOG.info("The API server answers again: this operator has renewed its Lease.");
            }
            renewed = Optional.of(now);
            lastRenewal.renewed(now);
            holds = true;
        } catch (RuntimeException unanswered) {
            if (exitsUnrenewed() && overdue()) {
                exit("The Lease could not be renewed, so this operator exits: " + unanswered);
                return;
            }
            holds = !overdue();
            LOG.debugf("The Lease was not renewed yet: %s", unanswered);
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

    void stopping(@Observes @Priority(FIRST) ShutdownEvent ending) {
        stopping = true;
    }

    /** A successor need not wait for the Lease to expire. Without a fence it waits until this one's requests have ended. */
    void stop(@Observes @Priority(LAST) ShutdownEvent ending) throws InterruptedException {
        if (timer.isShutdown()) {
            return;
        }
        timer.shutdownNow();
        if (acquired && notFencedOff()) {
            over |= fence.isEmpty() || !begun;
            if (fence.isEmpty()) {
                engine.close();
            }
            Thread.startVirtualThread(this::release).join(LAST_WAIT);
        }
    }

    private void release() {
        try {
            if (fence.isPresent()) {
                lease.release();
            } else {
                lease.expireAfter(timing.call());
            }
        } catch (RuntimeException failed) {
            LOG.warnf("The Lease was not released, so a successor may have to wait for it: %s", failed.getMessage());
        }
    }
}
