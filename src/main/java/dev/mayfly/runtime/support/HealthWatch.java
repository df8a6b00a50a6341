package dev.mayfly.runtime.support;

import dev.mayfly.core.model.ExponentialBackOff;
import dev.mayfly.core.model.Failure;
import dev.mayfly.core.model.OwnerId;
import dev.mayfly.core.model.Phase;
import dev.mayfly.core.model.Probe;
import dev.mayfly.core.model.Probe.Probes;
import dev.mayfly.core.model.Replica;
import dev.mayfly.core.model.ReplicaId;
import dev.mayfly.fair.FairExecutor;
import dev.mayfly.probe.ProbeConnections;
import dev.mayfly.probe.Prober;
import dev.mayfly.probe.Prober.Commands;
import dev.mayfly.probe.Prober.Target;
import dev.mayfly.runtime.ContainerRuntime.BusyWatch;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.jboss.logging.Logger;

/** Probes every running replica, from its start until its termination begins. */
public final class HealthWatch implements BusyWatch, AutoCloseable {
    private static final Logger LOG = Logger.getLogger(HealthWatch.class);
    /** How long the index stays unavailable while replicas that were found running are probed for the first time. */
    private static final Duration FIRST_RESULTS = Duration.ofSeconds(1);
    /** Every replica that started meanwhile asks an engine that does not answer. */
    private static final ExponentialBackOff UNANSWERED =
            new ExponentialBackOff(Duration.ofSeconds(1), 2, Duration.ofSeconds(5));

    private final HealthSource source;
    private final ReplicaIndex index;
    private final Prober prober;
    private final ReplicaHealth health;
    private final boolean local;
    private final InstantSource clock;
    private final FairExecutor inspections = new FairExecutor("probe-inspect", 4);
    private final Map<OwnerId, Probe> busyProbes = new ConcurrentHashMap<>();
    /** Outstanding first results of replicas that were found running. */
    private final Queue<CompletableFuture<Void>> firsts = new ConcurrentLinkedQueue<>();

    /** @param local false if the engine runs on another machine, whose networks can't be reached from here */
    public HealthWatch(
            HealthSource source,
            Commands commands,
            ReplicaIndex index,
            ReplicaHealth health,
            boolean local,
            InstantSource clock) {
        this.source = source;
        this.index = index;
        this.health = health;
        this.local = local;
        this.clock = clock;
        prober = new Prober(commands, health, clock);
    }

    /** Why the probes can't be run from here; empty if they can. */
    public Optional<Failure> refusal(Probes probes) {
        return local || all(probes, null).noneMatch(HealthWatch::overTheNetwork)
                ? Optional.empty()
                : Optional.of(new Failure(
                        "InvalidSpec",
                        "httpGet and tcpSocket probes need an operator on the engine's host, where the"
                                + " replicas' networks are: use exec, such as exec: {command: [wget, -qO-,"
                                + " \"http://127.0.0.1:8080/\"]}."));
    }

    /**
     * A replica was just started. Called once per start.
     *
     * @param checked true if the image's own health check decides whether it is ready
     */
    public void started(ReplicaId id, Probes probes, boolean checked) {
        index.container(id).ifPresent(container -> {
            begin(id, container, probes, Optional.empty());
            if (checked) { // it may have a result already
                inspections.execute(
                        id.owner(),
                        () -> source.inspect(container)
                                .filter(inspected -> isOf(id, container))
                                .ifPresent(inspected -> checked(id, inspected)));
            }
        });
    }

    /** A replica was found running that was not known to run. Called once. */
    public void found(ReplicaId id, ContainerHealth inspected) {
        index.container(id)
                .ifPresent(container -> begin(id, container, inspected.probes(), Optional.of(inspected.address())));
    }

    /**
     * A replica of the warm pool was released. It was ready before, so its first answer counts, and is asked for at once.
     * Called once.
     *
     * @param checked true if the image's own health check decides whether it is ready
     * @param address its address; empty: only an inspection shows it
     */
    public void released(ReplicaId id, Probes probes, boolean checked, Optional<String> address) {
        if (!probes.given() && !checked && !busyProbes.containsKey(id.owner())) {
            return;
        }
        index.container(id).ifPresent(container -> {
            if (address.isPresent() && !checked) {
                begin(id, container, probes, address);
            } else {
                retried(id.owner(), id, 1, () -> released(id, container, probes));
            }
        });
    }

    private void released(ReplicaId id, String container, Probes probes) {
        source.inspect(container).filter(inspected -> isOf(id, container)).ifPresent(inspected -> {
            begin(id, container, probes, Optional.of(inspected.address()));
            checked(id, inspected);
        });
    }

    /** False if the replica has another container by now: after a scale to 0 and back a slot has the same attempt again. */
    private boolean isOf(ReplicaId id, String container) {
        return index.container(id).equals(Optional.of(container));
    }

    /** A replica was inspected: applies the state of its image's health check, if there is one. */
    public void checked(ReplicaId id, ContainerHealth inspected) {
        inspected.healthCheck().ifPresent(healthy -> health.checked(id, healthy, clock.instant()));
    }

    /** Waits up to one second for the first results of replicas that were found running. */
    public void awaitFirst() {
        var due = new ArrayList<CompletableFuture<Void>>();
        for (var first = firsts.poll(); first != null; first = firsts.poll()) {
            due.add(first);
        }
        try {
            CompletableFuture.allOf(due.toArray(CompletableFuture[]::new))
                    .get(FIRST_RESULTS.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException | ExecutionException some) {
            LOG.debug("Not every replica answered its probes at once; the others are not ready until they do");
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void watchBusy(OwnerId owner, Optional<Probe> probe) {
        if (Optional.ofNullable(busyProbes.get(owner)).equals(probe)) {
            return;
        }
        setBusyProbe(owner, probe);
        if (probe.isEmpty()) {
            return;
        }
        if (!local && overTheNetwork(probe.get())) {
            LOG.warnf(
                    "Replicas of %s/%s can't be probed from this machine and count as busy: use exec in"
                            + " scaleDown.busyProbe",
                    owner.namespace(), owner.name());
        } else if (overTheNetwork(probe.get())) {
            retried(owner, owner, 1, () -> probeBusyAll(owner, probe.get(), source.addresses()));
        } else {
            probeBusyAll(owner, probe.get(), Map.of());
        }
    }

    private synchronized void setBusyProbe(OwnerId owner, Optional<Probe> probe) {
        if (probe.isPresent()) {
            busyProbes.put(owner, probe.get());
        } else {
            busyProbes.remove(owner);
            observed(owner).map(Replica::id).forEach(prober::ignoreBusy);
        }
    }

    private void probeBusyAll(OwnerId owner, Probe probe, Map<String, String> addresses) {
        observed(owner)
                .filter(replica -> replica.phase() == Phase.RUNNING)
                .forEach(replica -> index.container(replica.id()).ifPresent(container -> {
                    var address = addresses.getOrDefault(container, "");
                    probeBusy(target(replica, container, address, true), probe);
                }));
    }

    private void probeBusy(Target target, Probe probe) {
        if (!local && overTheNetwork(probe)) {
            return; // the address belongs to another machine's network: a different process would answer here
        }
        watchIfCurrent(target, probe);
    }

    private synchronized void watchIfCurrent(Target target, Probe probe) {
        if (probe.equals(busyProbes.get(target.id().owner()))) {
            prober.watchBusy(target, probe);
        }
    }

    private Stream<Replica> observed(OwnerId owner) {
        return index.observe(owner, clock.instant()).all();
    }

    /** @param address empty if it is not known yet */
    private void begin(ReplicaId id, String container, Probes probes, Optional<String> address) {
        var busy = busyProbes.get(id.owner());
        if (!probes.given() && busy == null) {
            return;
        }
        var first = new CompletableFuture<Void>();
        if (address.isPresent() && probes.gate()) {
            firsts.add(first);
            first.thenRun(() -> firsts.remove(first));
        }
        if (address.isPresent() || all(probes, busy).noneMatch(HealthWatch::overTheNetwork)) {
            probe(id, container, address.orElse(""), address.isPresent(), probes, first);
        } else {
            retried(id.owner(), id, 1, () -> {
                var found = source.inspect(container).map(ContainerHealth::address);
                probe(id, container, found.orElse(""), false, probes, first);
            });
        }
    }

    private void probe(
            ReplicaId id,
            String container,
            String address,
            boolean found,
            Probes probes,
            CompletableFuture<Void> first) {
        var replica = index.find(id).filter(known -> isOf(id, container));
        if (replica.isEmpty()) {
            first.complete(null);
            return;
        }
        var target = target(replica.get(), container, address, found);
        if (probes.given()) {
            prober.watch(target, probes).thenAccept(first::complete);
        }
        var busy = busyProbes.get(id.owner());
        if (busy != null) {
            probeBusy(target, busy);
        }
    }

    private Target target(Replica replica, String container, String address, boolean found) {
        return new Target(replica.id(), container, address, replica.startedAt().orElse(replica.since()), found);
    }

    /**
     * Runs a task that queries the engine and repeats it until the engine answers.
     *
     * @param whose owner or replica that the task is about
     * @param tries number of this try
     */
    private void retried(OwnerId owner, Object whose, int tries, Runnable task) {
        inspections.execute(owner, () -> attempt(owner, whose, tries, task));
    }

    private void attempt(OwnerId owner, Object whose, int tries, Runnable task) {
        try {
            task.run();
        } catch (RuntimeException silence) {
            inspections.execute(owner, UNANSWERED.delay(tries, whose), () -> attempt(owner, whose, tries + 1, task));
        }
    }

    private static Stream<Probe> all(Probes probes, Probe busy) {
        return Stream.of(probes.startup(), probes.readiness(), probes.liveness(), Optional.ofNullable(busy))
                .flatMap(Optional::stream);
    }

    private static boolean overTheNetwork(Probe probe) {
        return !(probe.check() instanceof Probe.Exec);
    }

    /** The connections that network probes make. */
    public ProbeConnections connections() {
        return prober.connections();
    }

    @Override
    public void close() {
        prober.close();
        inspections.close();
    }

    /**
     * A container's probes, and the state of the image's own health check as the engine reports it. Pure.
     *
     * @param address the container's IP address; empty if it has none or the engine reports none
     * @param healthCheck whether the image's own health check succeeds; empty if the image has none or it is disabled
     */
    public record ContainerHealth(Probes probes, String address, Optional<Boolean> healthCheck) {
        /** Of a container without probes and without an address. */
        public static final ContainerHealth NONE = new ContainerHealth(Probes.NONE, "", Optional.empty());

        /** True if running alone does not make the container ready. */
        public boolean gated() {
            return probes.gate() || healthCheck.isPresent();
        }

        /** The same without probes. */
        public ContainerHealth withoutProbes() {
            return new ContainerHealth(Probes.NONE, address, healthCheck);
        }

        /** The replica with the readiness that follows from this alone. */
        public Replica on(Replica replica) {
            var known = replica.withHealth(health -> health.withGated(gated()));
            return !gated() || replica.phase() != Phase.RUNNING || healthCheck.orElse(false)
                    ? known
                    : known.withHealth(health -> health.withReady(false).withReadySince(Optional.empty()));
        }
    }

    /** Reads the health of containers. Each call waits for the engine. */
    @FunctionalInterface
    public interface HealthSource {

        /**
         * Health of one container; empty if it does not exist.
         *
         * @throws RuntimeException if the engine does not answer
         */
        Optional<ContainerHealth> inspect(String container);

        /**
         * Container ID to address, of all containers; empty if replicas can only be probed by commands.
         *
         * @throws RuntimeException if the engine does not answer
         */
        default Map<String, String> addresses() {
            return Map.of();
        }
    }
}
