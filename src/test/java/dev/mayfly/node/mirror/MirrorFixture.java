package dev.mayfly.node.mirror;

import static dev.mayfly.core.model.Samples.NOON;
import static dev.mayfly.core.model.Samples.WEB;
import static dev.mayfly.core.model.Samples.desired;
import static dev.mayfly.core.model.Samples.replica;
import static dev.mayfly.core.model.Samples.template;

import dev.mayfly.api.v1alpha1.EphemeralWorkload;
import dev.mayfly.core.model.Desired;
import dev.mayfly.core.model.Launch;
import dev.mayfly.core.model.Launch.Priority;
import dev.mayfly.core.model.Observed;
import dev.mayfly.core.model.OwnerId;
import dev.mayfly.core.model.Phase;
import dev.mayfly.core.model.Removal;
import dev.mayfly.core.model.Replica;
import dev.mayfly.core.model.ReplicaId;
import dev.mayfly.core.status.PodsMirroredCondition.Mirroring;
import dev.mayfly.runtime.ContainerAccess;
import dev.mayfly.runtime.ContainerRuntime;
import dev.mayfly.runtime.Runtimes;
import dev.mayfly.testing.engine.AddressedContainers;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Function;

/** Mirrors of one workload against an API server and a runtime in memory; everything happens when the test says so. */
final class MirrorFixture {
    static final String NODE = "mayfly-host";

    final FakePods api;
    final FakeRuntime runtime = new FakeRuntime();
    final Set<OwnerId> woken = new HashSet<>();
    private final Queue queue = new Queue();
    private Instant now = NOON;
    Mirrors mirrors;
    EphemeralWorkload resource = resource("template: {image: v1, metadata: {labels: {app: web}}}");
    Desired desired =
            desired(3).withTemplate(template("v1").withMetadata(metadata -> metadata.withLabels(Map.of("app", "web"))));
    private Observed observed = Observed.none(WEB, NOON);
    private int mostPods = 500;

    MirrorFixture() {
        this(new FakePods());
    }

    MirrorFixture(FakePods api) {
        this.api = api;
        start();
    }

    /** As after a restart of the operator. */
    void start() {
        queue.tasks.clear();
        mirrors = new Mirrors(
                new Runtimes(Map.of("Docker", runtime)),
                api,
                woken::add,
                Optional.of(new KnownPods(mostPods)),
                () -> now,
                queue);
        mirrors.start(NODE, "172.17.0.1");
        queue.run();
    }

    MirrorFixture mostPods(int most) {
        mostPods = most;
        start();
        return this;
    }

    static EphemeralWorkload resource(String spec) {
        var workload = Serialization.unmarshal(
                "apiVersion: mayfly.dev/v1alpha1\nkind: EphemeralWorkload\nmetadata: {name: web, namespace: default, uid: uid-web}\n",
                EphemeralWorkload.class);
        workload.setSpec(Serialization.unmarshal(spec, dev.mayfly.api.v1alpha1.EphemeralWorkloadSpec.class));
        return workload;
    }

    /** A reconciliation that observed these, and all that follows from it. */
    Optional<Mirroring> reconcile(Replica... replicas) {
        var result = observe(replicas);
        settle();
        return result;
    }

    /** Only the reconciliation. */
    Optional<Mirroring> observe(Replica... replicas) {
        observed = Observed.none(WEB, now);
        for (var replica : replicas) {
            observed = observed.with(replica);
        }
        runtime.observed = Optional.of(observed);
        return mirrors.reconciled(resource, desired, observed, runtime);
    }

    /** A reconciliation of another workload of one replica, and its pass. */
    void reconcileOther() {
        var owner = new OwnerId("EphemeralWorkload", "default", "other", "uid-other");
        var other = resource("template: {image: v1}");
        other.getMetadata().setName(owner.name());
        other.getMetadata().setUid(owner.uid());
        var launch = new Launch(new ReplicaId(owner, 0, 1), "v1", template("v1"), 0, 0, NOON, Priority.SCALE);
        var runs = launch.pending(NOON).in(Phase.RUNNING, NOON);
        mirrors.reconciled(
                other, desired(1).withOwner(owner), Observed.none(owner, now).with(runs), runtime);
        queue.run();
    }

    /** The state of the mirrors now, as the next reconciliation is told. */
    Mirroring mirroring() {
        return mirrors.reconciled(resource, desired, observed, runtime).orElseThrow();
    }

    /** All that is to be done is done, and the watch caught up. */
    void settle() {
        for (var round = 0; round < 5; round++) {
            queue.run();
            api.tell();
        }
        queue.run();
    }

    void pass(Duration time) {
        now = now.plus(time);
        queue.due();
        settle();
    }

    /** Does only what is done for stops. */
    void drains() {
        queue.lane.forEach(task -> task.accept(() -> {}));
        queue.lane.clear();
    }

    static Replica running(int slot) {
        return replica(slot, Phase.RUNNING);
    }

    static Replica ended(int slot) {
        return running(slot).in(Phase.ENDED, NOON.plusSeconds(5));
    }

    static Pod stranger(String name) {
        return new PodBuilder()
                .withNewMetadata()
                .withNamespace("default")
                .withName(name)
                .withUid("stranger")
                .endMetadata()
                .withNewSpec()
                .withNodeName(NODE)
                .endSpec()
                .build();
    }

    static Pod controlled(Pod pod, String kind, String uid) {
        return new PodBuilder(pod)
                .editMetadata()
                .addNewOwnerReference()
                .withApiVersion("mayfly.dev/v1alpha1")
                .withKind(kind)
                .withName("web")
                .withUid(uid)
                .withController(true)
                .endOwnerReference()
                .endMetadata()
                .build();
    }

    void delete(String name, long grace) {
        deleteUntold(name, grace);
        api.tell();
    }

    /** The watch is late. */
    void deleteUntold(String name, long grace) {
        api.put(new PodBuilder(api.pod(name))
                .editMetadata()
                .withDeletionTimestamp("2026-01-01T12:01:00Z")
                .withDeletionGracePeriodSeconds(grace)
                .endMetadata()
                .build());
    }

    void orphan(String name) {
        api.put(new PodBuilder(api.pod(name))
                .editMetadata()
                .withOwnerReferences()
                .endMetadata()
                .build());
    }

    /** Passes that wait. */
    int waiting() {
        return queue.delayed.size();
    }

    private static final class Queue implements Mirrors.Writer {
        /** Of stops. */
        private final List<Consumer<Runnable>> lane = new ArrayList<>();

        private final List<Consumer<Runnable>> tasks = new ArrayList<>();
        private final List<Consumer<Runnable>> delayed = new ArrayList<>();

        @Override
        public void execute(OwnerId owner, Duration delay, Consumer<Runnable> task) {
            var now = owner.kind().equals("Drain") ? lane : tasks;
            (delay.isZero() ? now : delayed).add(task);
        }

        void run() {
            tasks.addAll(lane);
            lane.clear();
            while (!tasks.isEmpty()) {
                tasks.removeFirst().accept(() -> {});
            }
        }

        void due() {
            tasks.addAll(delayed);
            delayed.clear();
        }

        @Override
        public void close() {
            tasks.clear();
        }
    }

    /** Remembers removals; each container's address ends with its attempt. */
    static final class FakeRuntime implements ContainerRuntime, AddressedContainers, ContainerRuntime.Drains {
        final List<Removal> removals = new ArrayList<>();
        Optional<Observed> observed = Optional.empty();
        private Function<ReplicaId, CompletionStage<Duration>> drain;
        /** Begins the IDs of containers. */
        String generation = "c";

        boolean isSilent;
        /** True: each replica is a Pod of its own. */
        boolean hasPods;

        @Override
        public Optional<ContainerRuntime> showable() {
            return hasPods ? Optional.empty() : Optional.of(this);
        }

        @Override
        public Observed observe(OwnerId owner, Instant at) {
            return observed.filter(seen -> seen.owner().equals(owner)).orElse(Observed.none(owner, at));
        }

        @Override
        public Set<OwnerId> owners() {
            return Set.of();
        }

        @Override
        public void launch(Launch launch) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void remove(Removal removal) {
            removals.add(removal);
        }

        @Override
        public AutoCloseable watch(Consumer<OwnerId> changed) {
            return () -> {};
        }

        @Override
        public Optional<ContainerAccess> access() {
            return Optional.of(this);
        }

        @Override
        public Optional<Drains> drains() {
            return Optional.of(this);
        }

        @Override
        public void before(Function<ReplicaId, CompletionStage<Duration>> wait) {
            drain = wait;
        }

        CompletableFuture<Duration> drain(ReplicaId replica) {
            return drain.apply(replica).toCompletableFuture();
        }

        @Override
        public Optional<InetAddress> address(ReplicaId replica) throws IOException {
            if (isSilent) {
                throw new IOException("no answer");
            }
            try {
                return Optional.of(InetAddress.getByAddress(new byte[] {(byte) 172, 18, 0, (byte) replica.attempt()}));
            } catch (UnknownHostException impossible) {
                throw new IllegalStateException(impossible);
            }
        }

        @Override
        public Optional<String> containerId(ReplicaId replica) {
            return Optional.of(generation + replica.slot() + "-" + replica.attempt());
        }
    }
}
