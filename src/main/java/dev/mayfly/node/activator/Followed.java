package dev.mayfly.node.activator;

import dev.mayfly.api.v1alpha1.EphemeralWorkload;
import dev.mayfly.core.idle.IdleScaling;
import dev.mayfly.core.idle.IdleScaling.Use;
import dev.mayfly.core.model.Desired;
import dev.mayfly.core.model.Desired.ScaleDownPolicy.ToZero;
import dev.mayfly.core.model.Failure;
import dev.mayfly.core.model.Observed;
import dev.mayfly.core.model.OwnerId;
import dev.mayfly.core.model.Phase;
import dev.mayfly.core.model.Replica.Run;
import dev.mayfly.node.activator.AcceptQueue.Place;
import dev.mayfly.node.activator.ServicePorts.Unusable;
import dev.mayfly.node.activator.SliceStore.NameTaken;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.netty.channel.Channel;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

/**
 * One workload that goes to zero while nobody uses it. {@link #pass} does what is to be done now, on one thread at a time;
 * reconciliations and event loops leave values, and wait for nothing.
 *
 * <p>No connection is led to a replica that is about to go: before the workload may go to zero a pass has seen to it that
 * those which arrive wait ({@link #parked}), and it goes only if none had arrived by then.
 */
final class Followed {
    /** Reason of the condition while a workload can't go to zero. */
    static final String REASON = "NotScaledToZero";
    /** Time for kube-proxies to lead new connections to another address. */
    static final Duration SETTLE = Duration.ofSeconds(5);

    /** Until the next look at what replicas have accepted, while clients wait for that. */
    private static final Duration AT_ONCE = Duration.ofMillis(20);

    private static final Duration SOON = Duration.ofSeconds(1);
    /** Longest time between two looks at the replicas' counters. */
    private static final Duration RARELY = Duration.ofSeconds(15);

    /** A replica that can't be seen for so long will not be. */
    private static final Duration UNSEEN = Duration.ofSeconds(30);

    private final OwnerId owner;
    private final Backends backends;
    private final Tools tools;
    /** When a client arrived at the activator or left it, or a pass found use; the latest. */
    private final AtomicReference<Instant> lastUse;
    /** Connections that wait, or are copied. */
    private final AtomicInteger open = new AtomicInteger();

    private final Line line;
    private volatile Optional<Snapshot> seen = Optional.empty();
    private volatile Optional<Failure> refused = Optional.empty();
    /** True: what arrives waits, since the workload may go to zero. Set under the monitor. */
    private volatile boolean parked;

    /** By the name of the Service's port. Used by passes only, as the rest. */
    private final Map<String, Target> gates = new TreeMap<>();

    private Optional<Instant> settling = Optional.empty();
    /** The slice that was made last, in case it is to go before the watch shows it. */
    private Optional<EndpointSlice> made = Optional.empty();

    /** Its collaborators. */
    interface Tools {
        SliceStore slices();

        InstantSource clock();

        Gate listen(Consumer<Channel> arrived) throws IOException;

        InetAddress address();

        /** For how long a client waits. */
        Duration timeout();

        /** Makes a pass soon. */
        void look();

        /** Reconciles the workload soon. */
        void wake();

        /** A client was turned away. */
        void turnedAway();
    }

    /**
     * The state that a reconciliation saw, and its decision.
     *
     * @param running replicas that run and serve, and whether each is ready
     * @param held the replica of the warm pool that is released next; empty: none is held
     */
    record Snapshot(EphemeralWorkload workload, Desired desired, Map<Run, Boolean> running, Optional<Run> held) {
        ToZero zero() {
            return desired.toZero().orElseThrow();
        }

        boolean isIdle() {
            return zero().since().isPresent();
        }

        /** True if a pass does the same for both. */
        boolean isLike(Snapshot other) {
            return running.equals(other.running)
                    && held.equals(other.held)
                    && zero().equals(other.zero())
                    && desired.replicas() == other.desired.replicas()
                    && workload.getSpec()
                            .template()
                            .equals(other.workload.getSpec().template());
        }
    }

    /** @param target port of the replicas */
    private record Target(Gate gate, int target) {}

    Followed(OwnerId owner, Backends backends, Tools tools) {
        this.owner = owner;
        this.backends = backends;
        this.tools = tools;
        this.line = new Line(this::next, tools::turnedAway);
        this.lastUse = new AtomicReference<>(tools.clock().instant());
    }

    /** The latest one; empty before the first. */
    Optional<Snapshot> seen() {
        return seen;
    }

    String service() {
        return seen.map(latest -> latest.zero().service()).orElse("");
    }

    /** Decides whether the workload is at zero. @param desired with the time since when it was */
    synchronized Snapshot decide(EphemeralWorkload workload, Desired desired, Observed observed) {
        var use = new Use(seen.map(latest -> lastUse.get()), open.get() > 0, parked, refused);
        var decided = IdleScaling.decide(desired, observed, use);
        var running = new HashMap<Run, Boolean>();
        observed.oldest().forEachRemaining(replica -> running.put(replica.run(), replica.ready()));
        var snapshot = new Snapshot(workload, decided, Map.copyOf(running), firstHeld(observed));
        seen = Optional.of(snapshot);
        return snapshot;
    }

    private static Optional<Run> firstHeld(Observed observed) {
        for (var oldest = observed.pool().oldest(); oldest.hasNext(); ) {
            var replica = oldest.next();
            if (replica.phase() == Phase.HELD) {
                return Optional.of(replica.run());
            }
        }
        return Optional.empty();
    }

    private synchronized void park(boolean may) {
        parked = may && !seen.orElseThrow().isIdle();
    }

    /** Brings everything in line with what was seen last. @return when to do that again at the latest */
    Duration pass() {
        var latest = seen.orElseThrow();
        var before = refused;
        var wasParked = parked;
        var now = tools.clock().instant();
        var found = prepare(latest);
        backends.update(latest.running(), latest.held(), now);
        if (open.get() > 0) {
            used(now);
            backends.notLooked();
            park(false);
            line.admit(); // before anything else that takes time
            lookAccepted();
        } else if (!latest.isIdle() && backends.used(now, targets())) {
            used(now);
        }
        if (found.isEmpty() && backends.unseenSince(now.minus(UNSEEN))) {
            found = refusal("the connections of its replicas can't be read from /proc of the engine's host: give the"
                    + " operator the host's processes, or remove spec.scaleToZero");
        }
        refused = found.or(() -> refused); // what stood is withdrawn once nothing is found to the end
        refused = divert(latest, now, found);
        park(isUnused(latest, now));
        line.admit(); // those that found it parked
        if (!refused.equals(before) || parked && !wasParked || latest.isIdle() && !line.isEmpty()) {
            tools.wake();
        }
        return next(latest, now);
    }

    private void lookAccepted() {
        if (line.isHeldUp()) {
            backends.lookAccepted(targets());
            line.admit();
        }
    }

    /** Listens for each port of the Service. @return why that is not possible; empty: it does */
    private Optional<Failure> prepare(Snapshot latest) {
        try {
            var service = tools.slices().service(owner.namespace(), service());
            var ports = ServicePorts.of(latest.workload(), owner, service(), service);
            for (var name : new HashSet<>(gates.keySet())) {
                if (!Optional.of(gates.get(name).target()).equals(Optional.ofNullable(ports.get(name)))) {
                    gates.remove(name).gate().close();
                }
            }
            for (var port : ports.entrySet()) {
                if (!gates.containsKey(port.getKey())) {
                    int target = port.getValue();
                    gates.put(port.getKey(), new Target(tools.listen(client -> arrived(client, target)), target));
                }
            }
            return Optional.empty();
        } catch (Unusable | IOException failed) {
            return refusal(failed.getMessage());
        }
    }

    private static Optional<Failure> refusal(String why) {
        return Optional.of(new Failure(REASON, "spec.scaleToZero has no effect: " + why + "."));
    }

    private Set<Integer> targets() {
        var ports = new HashSet<Integer>();
        gates.values().forEach(gate -> ports.add(gate.target()));
        return ports;
    }

    /**
     * Leads the Service to the activator while the workload is at zero, may be soon, or is not back yet.
     *
     * @param found why the workload may not go to zero; empty: it may
     * @return the same, or why the Service can't be led
     */
    private Optional<Failure> divert(Snapshot latest, Instant now, Optional<Failure> found) {
        var known = tools.slices().own(owner.namespace(), ActivatorSlice.name(owner));
        var may = found.isEmpty() && (latest.isIdle() || latest.desired().replicas() > 0) && !gates.isEmpty();
        if (may && (latest.isIdle() || isQuiet(latest, now) || known.isPresent() && !isServedElsewhere())) {
            return write(known);
        }
        remove(known);
        settling = Optional.empty();
        return found;
    }

    private void remove(Optional<EndpointSlice> known) {
        known.or(() -> made).ifPresent(tools.slices()::delete);
        made = Optional.empty();
    }

    private boolean isServedElsewhere() {
        return tools.slices().leadsElsewhere(owner.namespace(), service());
    }

    /** @return why it can't be written; empty: it is */
    private Optional<Failure> write(Optional<EndpointSlice> known) {
        var ports = new TreeMap<String, Integer>();
        gates.forEach((name, gate) -> ports.put(name, gate.gate().port()));
        var wanted = ActivatorSlice.of(owner, service(), tools.address(), ports);
        if (known.filter(there -> ActivatorSlice.same(there, wanted)).isPresent()) {
            made = Optional.empty();
            settling = settling.or(() -> Optional.of(tools.clock().instant()));
            return Optional.empty();
        }
        settling = Optional.empty();
        try {
            tools.slices().write(wanted);
            made = Optional.of(wanted);
            settling = Optional.of(tools.clock().instant());
            return Optional.empty();
        } catch (NameTaken taken) {
            return refusal("there is another EndpointSlice called " + ActivatorSlice.name(owner) + ": delete it");
        }
    }

    /** True if nobody used it for nearly long enough. */
    private boolean isQuiet(Snapshot latest, Instant now) {
        var lead = latest.zero().after().minus(SETTLE);
        return open.get() == 0 && !lastUse.get().plus(lead).isAfter(now);
    }

    /** True if nobody used it for long enough, nor any replica directly since new connections reach the activator too. */
    private boolean isUnused(Snapshot latest, Instant now) {
        return settling.map(since -> since.plus(SETTLE))
                .filter(settled -> !settled.isAfter(now) && backends.unusedSince(settled))
                .filter(settled -> !lastUse.get().plus(latest.zero().after()).isAfter(now))
                .isPresent();
    }

    private Duration next(Snapshot latest, Instant now) {
        if (latest.isIdle() && line.isEmpty()) {
            return RARELY;
        }
        if (line.isHeldUp() && backends.isReady()) {
            return AT_ONCE;
        }
        if (settling.isPresent() || !line.isEmpty()) {
            return SOON;
        }
        var after = latest.zero().after();
        var untilQuiet = Duration.between(now, lastUse.get().plus(after).minus(SETTLE));
        return max(SOON, min(untilQuiet, min(RARELY, after.dividedBy(4))));
    }

    private static Duration min(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    private static Duration max(Duration one, Duration other) {
        return one.compareTo(other) > 0 ? one : other;
    }

    /** A client connected to the activator. On its event loop. */
    private void arrived(Channel client, int target) {
        open.incrementAndGet();
        used(tools.clock().instant());
        client.closeFuture().addListener(left -> {
            used(tools.clock().instant());
            open.decrementAndGet();
        });
        line.join(client, target, tools.timeout());
        if (line.isHeldUp()) {
            if (!backends.isReady() || seen.filter(this::serves).isEmpty()) {
                tools.wake();
            }
            tools.look();
        }
    }

    /** True unless what arrives must wait. */
    private boolean serves(Snapshot latest) {
        return !parked && !latest.isIdle();
    }

    private void used(Instant at) {
        lastUse.accumulateAndGet(at, (known, one) -> one.isAfter(known) ? one : known);
    }

    /** A place at a replica for the next connection; empty: it must wait. */
    Optional<Place> next() {
        return seen.filter(this::serves)
                .flatMap(latest -> backends.next(
                        replica -> Boolean.TRUE.equals(latest.running().get(replica))));
    }

    /** Follows it no more: takes nothing any more, and breaks off what waits; what is copied goes on. Idempotent. */
    void close() {
        gates.values().forEach(gate -> gate.gate().close());
        remove(tools.slices().own(owner.namespace(), ActivatorSlice.name(owner)));
        line.abandon();
        backends.close();
    }
}
