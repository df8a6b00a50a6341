package dev.mayfly.node.mirror;

import static java.util.Objects.requireNonNullElse;

import dev.mayfly.api.v1alpha1.Templated;
import dev.mayfly.config.MayflyConfig;
import dev.mayfly.core.model.Desired;
import dev.mayfly.core.model.ExponentialBackOff;
import dev.mayfly.core.model.Observed;
import dev.mayfly.core.model.OwnerId;
import dev.mayfly.core.model.OwnerState;
import dev.mayfly.core.model.ReplicaId;
import dev.mayfly.core.status.PodsMirroredCondition.Mirroring;
import dev.mayfly.core.status.PodsMirroredCondition.Mirroring.State;
import dev.mayfly.fair.FairExecutor;
import dev.mayfly.host.SteadyClock;
import dev.mayfly.node.MirrorPods;
import dev.mayfly.node.mirror.KnownPods.PodKey;
import dev.mayfly.node.mirror.OwnerMirror.Pass;
import dev.mayfly.node.mirror.OwnerMirror.Snapshot;
import dev.mayfly.node.mirror.OwnerMirror.Tools;
import dev.mayfly.operator.cluster.ResourceCaches;
import dev.mayfly.operator.loop.PodMirroring;
import dev.mayfly.runtime.ContainerRuntime;
import dev.mayfly.runtime.Ownership;
import dev.mayfly.runtime.Runtimes;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jboss.logging.Logger;

/**
 * Shows replicas as Pods on the operator's node, by threads of its own: a reconciliation leaves its result here and goes
 * on. Until {@link #start} it only remembers the newest result of each owner.
 */
@ApplicationScoped
public class Mirrors implements MirrorPods, PodMirroring, OwnerState {
    private static final Logger LOG = Logger.getLogger(Mirrors.class);
    /** Time for kube-proxies to take an address out. */
    private static final Duration DRAIN = Duration.ofSeconds(5);

    /** Stands for the kind of owners whose replicas are taken out. */
    private static final String LANE = "Drain";

    private static final int WRITERS = 2;
    /** Those that pause let others write. */
    private static final int MOST_WRITERS = 8;

    private static final ExponentialBackOff RETRY =
            new ExponentialBackOff(Duration.ofSeconds(1), 2, Duration.ofMinutes(1));
    /** The API server may fail now and then without the status saying so. */
    private static final int UNANSWERED = 3;

    private final Runtimes runtimes;
    private final PodStore store;
    private final Consumer<OwnerId> wake;
    private final Optional<KnownPods> known;
    private final InstantSource clock;
    private final Writer writer;
    private final ConcurrentMap<OwnerId, Entry> owners = new ConcurrentHashMap<>();
    private final ConcurrentMap<PodKey, PodReplica> directory = new ConcurrentHashMap<>();
    private final LoosePods loose;
    private volatile Node node;

    /** Does later what may block. */
    interface Writer extends AutoCloseable {
        /** @param task is given what it may call between writes, so that others can write */
        void execute(OwnerId owner, Duration delay, Consumer<Runnable> task);

        @Override
        void close();
    }

    /** Where Pods are shown. */
    private record Node(String name, String hostAddress) {}

    /** An owner's Pods, and whether a pass over them is to be made. */
    private static final class Entry {
        private final OwnerMirror mirror;
        /** Requests for a pass since the last one began; the first one starts it. */
        private final AtomicInteger requests = new AtomicInteger();
        /** When the pass that waits is due; null: none waits. */
        private final AtomicReference<Instant> due = new AtomicReference<>();
        /** Passes in a row that failed; used by the pass only. */
        private int failures;

        Entry(OwnerMirror mirror) {
            this.mirror = mirror;
        }
    }

    @Inject
    Mirrors(Runtimes runtimes, KubernetesClient client, ResourceCaches resources, MayflyConfig config) {
        this(
                runtimes,
                new ClusterPods(client),
                resources::wake,
                Optional.of(config.node())
                        .filter(MayflyConfig.Node::enabled)
                        .map(settings -> new KnownPods(settings.maxPods())),
                SteadyClock.system(),
                new FairWriter(new FairExecutor("mirror", WRITERS, MOST_WRITERS)));
    }

    /**
     * @param wake schedules a reconciliation of an owner
     * @param known Pods on the node; empty: the operator has no node
     */
    Mirrors(
            Runtimes runtimes,
            PodStore store,
            Consumer<OwnerId> wake,
            Optional<KnownPods> known,
            InstantSource clock,
            Writer writer) {
        this.runtimes = runtimes;
        this.store = store;
        this.wake = wake;
        this.known = known;
        this.clock = clock;
        this.writer = writer;
        this.loose = new LoosePods(this::tools, writer, runtimes, owners::containsKey, this::orphaned);
    }

    @Override
    public void start(String name, String hostAddress) {
        begin(new Node(name, hostAddress), 0);
    }

    private void begin(Node place, int failures) {
        var wait = failures == 0 ? Duration.ZERO : RETRY.delay(failures);
        writer.execute(OwnerId.EVERY, wait, turn -> {
            try {
                var there = store.watch(place.name(), new Watch());
                node = place;
                there.forEach(this::seen);
                runtimes.with(ContainerRuntime::drains).forEach(drains -> drains.before(this::drain));
                owners.keySet().forEach(this::request);
            } catch (RuntimeException failed) {
                LOG.warnf("No replica is shown as a Pod yet, since Pods can't be read: %s", failed.getMessage());
                begin(place, failures + 1);
            }
        });
    }

    @Override
    public Optional<Mirroring> reconciled(
            Templated resource, Desired desired, Observed observed, ContainerRuntime runtime) {
        var owner = desired.owner();
        var showable = runtime.showable();
        if (known.isEmpty() || showable.isEmpty() && !owners.containsKey(owner)) {
            return Optional.empty();
        }
        var entry = owners.computeIfAbsent(owner, id -> new Entry(new OwnerMirror(id)));
        var shown = showable.map(able -> able == runtime ? observed : able.observe(owner, observed.now()))
                .orElseGet(() -> Observed.none(owner, observed.now()));
        var snapshot = new Snapshot(resource, desired, shown, showable.orElse(runtime));
        var mirroring = entry.mirror.reconciled(snapshot, node != null);
        request(owner);
        return Optional.of(mirroring);
    }

    @Override
    public void forget(OwnerId owner) {
        var entry = owners.get(owner);
        if (entry == null) {
            return;
        }
        entry.mirror.forget();
        if (node == null) {
            owners.remove(owner);
        } else {
            request(owner);
        }
    }

    @Override
    public Optional<PodReplica> find(String namespace, String pod) {
        return Optional.ofNullable(directory.get(new PodKey(namespace, pod)));
    }

    @Override
    public Collection<PodReplica> all() {
        return List.copyOf(directory.values());
    }

    @PreDestroy
    @Override
    public void close() {
        writer.close();
        store.close();
    }

    /** @return false if there is no such owner, and so no pass */
    private boolean request(OwnerId owner) {
        var entry = owners.get(owner);
        if (entry != null && node != null && entry.requests.getAndIncrement() == 0) {
            execute(owner, entry);
        }
        return entry != null;
    }

    private void execute(OwnerId owner, Entry entry) {
        writer.execute(owner, Duration.ZERO, turn -> pass(owner, entry, turn));
    }

    private void pass(OwnerId owner, Entry entry, Runnable turn) {
        var served = entry.requests.get();
        try {
            var result = entry.mirror.synchronize(tools(), turn);
            entry.failures = 0;
            report(owner, entry, result);
        } catch (CancellationException closed) {
            throw closed;
        } catch (RuntimeException failed) {
            LOG.debugf(failed, "Pods of %s/%s are not written yet", owner.namespace(), owner.name());
            failed(owner, entry);
        } finally {
            if (entry.requests.addAndGet(-served) > 0) {
                execute(owner, entry);
            }
        }
    }

    private Tools tools() {
        var place = node;
        return new Tools(
                store, known.orElseThrow(), directory, clock, this::placeIsFree, place.name(), place.hostAddress());
    }

    private void report(OwnerId owner, Entry entry, Pass result) {
        if (entry.mirror.isForgotten()) {
            owners.remove(owner, entry);
            return;
        }
        result.again().ifPresent(delay -> later(owner, entry, delay));
        if (entry.mirror.report(result.mirroring())) {
            wake.accept(owner);
        }
    }

    private void failed(OwnerId owner, Entry entry) {
        entry.failures++;
        later(owner, entry, RETRY.delay(entry.failures, owner));
        if (entry.failures == UNANSWERED && entry.mirror.report(Mirroring.UNANSWERED)) {
            wake.accept(owner);
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
        writer.execute(owner, delay, turn -> {
            if (entry.due.compareAndSet(at, null)) {
                request(owner);
            }
        });
    }

    /** A Pod is gone, so that another owner may have one more, or one of that name. */
    private void placeIsFree() {
        owners.forEach((owner, entry) -> {
            var state = entry.mirror.mirroring().state();
            if (state == State.TOO_MANY || state == State.NAME_TAKEN) {
                request(owner);
            }
        });
    }

    /** The owners that there are of the replica that the Pod's labels name. */
    private void orphaned(Pod pod) {
        var labels = requireNonNullElse(pod.getMetadata().getLabels(), Map.<String, String>of());
        owners.keySet().stream()
                .filter(owner -> owner.uid().equals(labels.get(Ownership.OWNER_UID)))
                .forEach(this::request);
    }

    /** How long a replica still serves after its Pod was taken out of its Services; the time runs once that is written. */
    private CompletionStage<Duration> drain(ReplicaId replica) {
        var owner = replica.owner();
        var pod = known.orElseThrow().find(new PodKey(owner.namespace(), replica.replica()));
        var shows = find(owner.namespace(), replica.replica())
                .filter(shown -> shown.current().equals(replica))
                .isPresent();
        var entry = owners.get(owner);
        if (!shows || entry == null || pod.filter(this::serves).isEmpty()) {
            return CompletableFuture.completedStage(Duration.ZERO);
        }
        entry.mirror.stopping(replica);
        return takeOut(owner, pod.get());
    }

    private boolean serves(Pod pod) {
        return PodStatuses.isReady(pod) && store.isSelected(pod);
    }

    /** Beside the owner's passes: it must not wait for the Pods of other replicas. */
    private CompletionStage<Duration> takeOut(OwnerId owner, Pod pod) {
        var taken = new CompletableFuture<Duration>();
        var key = PodKey.of(pod);
        var lane = new OwnerId(LANE, owner.namespace(), owner.name(), owner.uid());
        writer.execute(lane, Duration.ZERO, turn -> {
            try {
                known.orElseThrow()
                        .find(key)
                        .filter(current -> current.getMetadata()
                                .getUid()
                                .equals(pod.getMetadata().getUid()))
                        .filter(PodStatuses::isReady)
                        .map(current -> store.writeStatus(current, PodStatuses.between(current, clock.instant())))
                        .ifPresent(known.orElseThrow()::written);
            } catch (RuntimeException unwritten) { // the pass tries again
                LOG.debugf("Pod %s/%s is not taken out: %s", key.namespace(), key.name(), unwritten);
            } finally {
                taken.complete(DRAIN);
                request(owner);
            }
        });
        return taken;
    }

    private void seen(Pod shown) {
        if (!known.orElseThrow().seen(shown)) {
            return;
        }
        var pod = known.orElseThrow().find(PodKey.of(shown)).orElse(shown); // as it is held
        var owner = LoosePods.owner(pod);
        if (owner.filter(this::request).isPresent()) {
            return; // its pass deals with it
        }
        if (owner.isEmpty()
                || pod.getMetadata().getDeletionTimestamp() != null
                || !known.orElseThrow().isMirror(pod)) {
            loose.settle(pod, Duration.ZERO);
        }
    }

    private final class Watch implements PodStore.Listener {
        @Override
        public void seen(Pod pod) {
            Mirrors.this.seen(pod);
        }

        @Override
        public void gone(Pod last, boolean certain) {
            var pods = known.orElseThrow();
            var isWish = certain && pods.isMirror(last) && !pods.isDeletedHere(last);
            if (!pods.gone(last)) {
                return;
            }
            directory.remove(PodKey.of(last));
            LoosePods.owner(last)
                    .ifPresentOrElse(
                            owner -> {
                                var entry = owners.get(owner);
                                if (entry != null && isWish) {
                                    entry.mirror.ended(last);
                                }
                                request(owner);
                            },
                            () -> orphaned(last));
            placeIsFree();
        }
    }
}
