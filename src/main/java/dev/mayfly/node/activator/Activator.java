package dev.mayfly.node.activator;

import dev.mayfly.api.v1alpha1.EphemeralWorkload;
import dev.mayfly.config.ActivatorConfig;
import dev.mayfly.config.MayflyConfig;
import dev.mayfly.core.idle.IdleScaling;
import dev.mayfly.core.idle.IdleScaling.Use;
import dev.mayfly.core.model.Desired;
import dev.mayfly.core.model.ExponentialBackOff;
import dev.mayfly.core.model.Failure;
import dev.mayfly.core.model.Observed;
import dev.mayfly.core.model.OwnerId;
import dev.mayfly.core.model.OwnerState;
import dev.mayfly.fair.FairExecutor;
import dev.mayfly.fair.FairPlaces;
import dev.mayfly.host.SteadyClock;
import dev.mayfly.operator.cluster.ResourceCaches;
import dev.mayfly.operator.event.EventRecorder;
import dev.mayfly.operator.loop.Activation;
import dev.mayfly.runtime.ContainerRuntime;
import dev.mayfly.runtime.RuntimeEvent;
import dev.mayfly.runtime.Runtimes;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.netty.channel.Channel;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.util.concurrent.DefaultThreadFactory;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jboss.logging.Logger;

/**
 * Takes the connections of workloads that are at zero, and sees whether the others are used. A reconciliation leaves what it
 * saw here; threads of its own do the rest. Until {@link #start} nothing is known of any workload.
 */
@ApplicationScoped
public class Activator implements Activation, OwnerState {
    private static final Logger LOG = Logger.getLogger(Activator.class);
    private static final int LOOPS = 2;
    private static final int THREADS = 3;
    /** Of all Services of a namespace: each takes one of the host's ports. */
    private static final int MOST_PORTS = 256;

    private static final ExponentialBackOff RETRY =
            new ExponentialBackOff(Duration.ofSeconds(1), 2, Duration.ofMinutes(1));
    private static final String DISABLED = "spec.scaleToZero has no effect: this operator has no activator. Have it"
            + " configured with mayfly.activator.enabled=true and mayfly.node.enabled=true, or remove spec.scaleToZero.";
    private static final String UNSEEN =
            "spec.scaleToZero has no effect: this operator does not see the replicas' connections. Run it as root on the"
                    + " engine's host, or remove spec.scaleToZero.";

    private final ActivatorConfig settings;
    private final boolean isOffered;
    /** The one whose connections are seen; empty: none. */
    private final Optional<ContainerRuntime> runtime;

    private final SliceStore slices;
    private final Consumer<OwnerId> wake;
    private final Consumer<RuntimeEvent> events;
    private final InstantSource clock;
    private final FairPlaces places;
    private final Listeners listeners = new Listeners(MOST_PORTS);
    private final FairExecutor passes = new FairExecutor("activator", THREADS);
    private final NioEventLoopGroup loops =
            new NioEventLoopGroup(LOOPS, new DefaultThreadFactory("activator-io", true));
    private final ConcurrentMap<OwnerId, Entry> owners = new ConcurrentHashMap<>();
    private volatile InetAddress address;

    /** A workload, and whether a pass is to be made for it. */
    private static final class Entry {
        private final Followed followed;
        /** Requests for a pass since the last one began; the first one starts it. */
        private final AtomicInteger requests = new AtomicInteger();
        /** When the pass that waits is due; null: none waits. */
        private final AtomicReference<Instant> due = new AtomicReference<>();

        private volatile boolean forgotten;
        /** Passes in a row that failed; used by passes only. */
        private int failures;

        Entry(Followed followed) {
            this.followed = followed;
        }
    }

    @Inject
    Activator(
            Runtimes runtimes,
            KubernetesClient client,
            ResourceCaches resources,
            EventRecorder events,
            MayflyConfig config) {
        this(
                config.activator(),
                config.node().enabled(),
                runtimes,
                new ClusterSlices(client),
                resources::wake,
                events::add,
                SteadyClock.system());
    }

    /**
     * @param hasNode false: replicas have no Pods, so no Service leads to them
     * @param wake schedules a reconciliation of an owner
     */
    Activator(
            ActivatorConfig settings,
            boolean hasNode,
            Runtimes runtimes,
            SliceStore slices,
            Consumer<OwnerId> wake,
            Consumer<RuntimeEvent> events,
            InstantSource clock) {
        this.settings = settings;
        this.isOffered = settings.enabled() && hasNode;
        this.runtime = runtimes.all().stream()
                .filter(one ->
                        one.clientConnections().isPresent() && one.access().isPresent())
                .findFirst();
        this.slices = slices;
        this.wake = wake;
        this.events = events;
        this.clock = clock;
        this.places = new FairPlaces(settings.maxConnections());
    }

    /** Finds where kube-proxy reaches this host. May wait for the resolution of a name. */
    @FunctionalInterface
    public interface HostAddress {
        InetAddress find() throws IOException;
    }

    /**
     * Listens from now on at that address of the host, once it is found. Waits neither for it nor for the API server. Once at
     * most.
     */
    public void start(HostAddress at) {
        begin(at, 0);
    }

    private void begin(HostAddress at, int failures) {
        var wait = failures == 0 ? Duration.ZERO : RETRY.delay(failures);
        passes.execute(OwnerId.EVERY, wait, () -> {
            try {
                var found = at.find();
                slices.watch(this::changed);
                address = found;
                owners.keySet().forEach(this::request);
                slices.own().forEach(slice -> wake.accept(ActivatorSlice.owner(slice)));
            } catch (IOException unknown) {
                LOG.warnf("The activator does not listen yet: %s", unknown.getMessage());
                begin(at, failures + 1);
            } catch (RuntimeException failed) {
                LOG.warnf("No workload is scaled to zero yet, since Services can't be read: %s", failed.getMessage());
                begin(at, failures + 1);
            }
        });
    }

    @Override
    public Desired scaled(EphemeralWorkload workload, Desired desired, Observed observed) {
        var owner = desired.owner();
        if (desired.toZero().isEmpty()) {
            unfollow(owner);
            return desired;
        }
        if (!isOffered || runtime.isEmpty()) {
            var why = new Failure(Followed.REASON, isOffered ? UNSEEN : DISABLED);
            return IdleScaling.decide(desired, observed, Use.refused(why));
        }
        var known = owners.get(owner);
        if (known != null && known.forgotten) { // its last pass wakes the workload
            return IdleScaling.decide(desired, observed, Use.UNKNOWN);
        }
        var followed = known == null ? followed(owner) : known.followed;
        var before = followed.seen();
        var seen = followed.decide(workload, desired, observed);
        if (known == null) {
            owners.put(owner, new Entry(followed));
        }
        if (before.filter(seen::isLike).isEmpty()) {
            request(owner);
        }
        return seen.desired();
    }

    private Followed followed(OwnerId owner) {
        var replicas = new Backends(
                runtime.orElseThrow().access().orElseThrow(),
                runtime.orElseThrow().clientConnections().orElseThrow());
        return new Followed(owner, replicas, new Means(owner));
    }

    @Override
    public void forget(OwnerId owner) {
        unfollow(owner);
    }

    private void unfollow(OwnerId owner) {
        var entry = owners.get(owner);
        if (entry != null) {
            entry.forgotten = true;
            request(owner);
        } else if (address != null && left(owner).isPresent()) {
            deleteLeft(owner, 0);
        }
    }

    private void deleteLeft(OwnerId owner, int failures) {
        passes.execute(owner, failures == 0 ? Duration.ZERO : RETRY.delay(failures, owner), () -> {
            try {
                left(owner).filter(slice -> !owners.containsKey(owner)).ifPresent(slices::delete);
            } catch (RuntimeException failed) {
                LOG.debugf(failed, "%s/%s is not led back yet", owner.namespace(), owner.name());
                deleteLeft(owner, failures + 1);
            }
        });
    }

    /** The slice that an earlier operator wrote for a workload that does not go to zero any more. */
    private Optional<EndpointSlice> left(OwnerId owner) {
        return slices.own(owner.namespace(), ActivatorSlice.name(owner));
    }

    /** A Service changed, or the slice that leads it here. */
    private void changed(String namespace, String service) {
        owners.forEach((owner, entry) -> {
            if (owner.namespace().equals(namespace) && entry.followed.service().equals(service)) {
                request(owner);
            }
        });
    }

    private void request(OwnerId owner) {
        var entry = owners.get(owner);
        if (entry != null && address != null && entry.requests.getAndIncrement() == 0) {
            execute(owner, entry);
        }
    }

    private void execute(OwnerId owner, Entry entry) {
        try {
            passes.execute(owner, () -> pass(owner, entry));
        } catch (RejectedExecutionException closed) {
            LOG.debugf("%s is not followed any more, since the operator stops", owner.name());
        }
    }

    private void pass(OwnerId owner, Entry entry) {
        var served = entry.requests.get();
        try {
            if (entry.forgotten) {
                entry.followed.close();
                owners.remove(owner, entry);
                wake.accept(owner);
            } else {
                later(owner, entry, entry.followed.pass());
            }
            entry.failures = 0;
        } catch (RuntimeException failed) {
            entry.failures++;
            LOG.debugf(failed, "%s/%s is not led to the activator, or back, yet", owner.namespace(), owner.name());
            later(owner, entry, RETRY.delay(entry.failures, owner));
        } finally {
            if (entry.requests.addAndGet(-served) > 0) {
                execute(owner, entry);
            }
        }
    }

    /** Of several passes that wait only the first one is made. */
    private void later(OwnerId owner, Entry entry, Duration delay) {
        var at = clock.instant().plus(delay);
        var waits = entry.due.get();
        if (waits != null && !at.isBefore(waits)) {
            return;
        }
        entry.due.set(at);
        passes.execute(owner, delay, () -> {
            if (entry.due.compareAndSet(at, null)) {
                request(owner);
            }
        });
    }

    @PreDestroy
    void close() {
        passes.close();
        slices.close();
        loops.shutdownGracefully(0, 1, TimeUnit.SECONDS);
    }

    private final class Means implements Followed.Tools {
        private final OwnerId owner;

        Means(OwnerId owner) {
            this.owner = owner;
        }

        @Override
        public SliceStore slices() {
            return slices;
        }

        @Override
        public InstantSource clock() {
            return clock;
        }

        @Override
        public Gate listen(Consumer<Channel> arrived) throws IOException {
            return listeners.open(owner.namespace(), () -> Gate.open(loops, address, owner, places, arrived));
        }

        @Override
        public InetAddress address() {
            return address;
        }

        @Override
        public Duration timeout() {
            return settings.timeout();
        }

        @Override
        public void look() {
            request(owner);
        }

        @Override
        public void wake() {
            wake.accept(owner);
        }

        @Override
        public void turnedAway() {
            events.accept(new RuntimeEvent(
                    owner,
                    "ActivationTimedOut",
                    owner.name(),
                    "no replica accepted a connection within "
                            + settings.timeout().toSeconds() + " s",
                    true));
        }
    }
}
