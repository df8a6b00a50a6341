package dev.mayfly.app;

import dev.mayfly.operator.cluster.RecommendedLabels;
import dev.mayfly.runtime.Ownership;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseBuilder;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseSpec;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.time.Duration;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * The operator's Lease, and the engine that its holder is bound to: an operator on its engine's host writes the engine's ID
 * and its own identity into the Lease, with the ID of the directory of its {@link HostFence}. While they are there, no operator
 * with another directory acts on that engine, since it can't fence off the bound one, however long the Lease was not renewed.
 * Identities alone don't tell: two users of one host can have the same one.
 */
final class EngineLease {
    private static final String ENGINE = Ownership.PREFIX + "bound-engine";
    private static final String IDENTITY = Ownership.PREFIX + "bound-identity";
    private static final String DIRECTORY = Ownership.PREFIX + "bound-directory";
    private static final String BOOT = Ownership.PREFIX + "bound-boot";
    private static final List<String> MARKS = List.of(ENGINE, IDENTITY, DIRECTORY, BOOT);

    private final Store store;
    private final String cluster;
    private final String identity;
    private final String directory;
    private final String boot;
    private final Duration duration;
    private final InstantSource wall;
    /** The engine to which this operator was bound last. */
    private volatile Optional<String> bound = Optional.empty();
    /** True once this operator has given the Lease up: a renewal that comes late does not take it back. */
    private boolean released;

    /**
     * @param cluster id of the cluster and installation, a label of the Lease: by it {@code mayfly leftovers} knows whose
     *     containers are this operator's
     * @param identity of this operator
     * @param directory ID of the directory by which this operator is fenced off; empty: none is
     * @param boot ID of this host's boot; empty: not known
     * @param duration of the Lease
     */
    EngineLease(Store store, String cluster, String identity, String directory, String boot, Duration duration) {
        this(store, cluster, identity, directory, boot, duration, InstantSource.system());
    }

    EngineLease(
            Store store,
            String cluster,
            String identity,
            String directory,
            String boot,
            Duration duration,
            InstantSource wall) {
        this.store = store;
        this.cluster = cluster;
        this.identity = identity;
        this.directory = directory;
        this.boot = boot;
        this.duration = duration;
        this.wall = wall;
    }

    /** The Lease in the cluster. Each call waits for the API server. */
    interface Store {
        /** @throws KubernetesClientException if the API server does not answer */
        Optional<Lease> read();

        /**
         * Creates the Lease, or replaces the one of that resource version.
         *
         * @throws KubernetesClientException if there is another one by now, or the API server does not answer
         */
        void write(Lease lease);
    }

    /** The Lease of that name. */
    record ClusterLease(KubernetesClient client, String namespace, String name) implements Store {

        @Override
        public Optional<Lease> read() {
            return Optional.ofNullable(
                    client.leases().inNamespace(namespace).withName(name).get());
        }

        @Override
        public void write(Lease lease) {
            var version = lease.getMetadata().getResourceVersion();
            if (version == null) {
                client.resource(new LeaseBuilder(lease)
                                .editMetadata()
                                .withNamespace(namespace)
                                .withName(name)
                                .endMetadata()
                                .build())
                        .create();
            } else {
                client.resource(lease).lockResourceVersion(version).update();
            }
        }
    }

    /** Of this operator. */
    String identity() {
        return identity;
    }

    /**
     * The identity of the operator that is bound to that engine, if this one can't fence it off. It may be this one's identity.
     *
     * @param engine the engine's ID, asked only if an operator is bound to one; empty: not known, so that it may be that one
     */
    Optional<String> boundElsewhere(Supplier<Optional<String>> engine) {
        var marks = store.read().map(EngineLease::marks).orElse(Map.of());
        return Optional.ofNullable(marks.get(IDENTITY))
                .filter(other -> !isHere(marks))
                .filter(other ->
                        engine.get().map(id -> id.equals(marks.get(ENGINE))).orElse(true));
    }

    /** When the Lease was renewed last, by the wall clock of this operator; empty: it does not hold it, or never renewed it. */
    Optional<ZonedDateTime> renewal() {
        return store.read().filter(this::isOurs).map(held -> held.getSpec().getRenewTime());
    }

    private boolean isHere(Map<String, String> marks) {
        return !directory.isEmpty() && directory.equals(marks.get(DIRECTORY));
    }

    /**
     * Binds this operator, which holds the Lease, to the engine of this host.
     *
     * @return false if it does not hold it any more, or if an operator with another directory is bound to the engine
     */
    boolean bind(String engine) {
        var ours = mark(
                Map.of(ENGINE, engine, IDENTITY, identity, DIRECTORY, directory, BOOT, boot),
                marks -> isHere(marks) || !engine.equals(marks.get(ENGINE)));
        if (ours) {
            bound = Optional.of(engine);
        }
        return ours;
    }

    /** Labels the Lease of an operator that is not to be bound. @return false if it does not hold it any more */
    boolean label() {
        return mark(Map.of(), marks -> true);
    }

    private boolean mark(Map<String, String> annotations, Predicate<Map<String, String>> free) {
        var lease = store.read().filter(this::isOurs).filter(held -> free.test(marks(held)));
        lease.ifPresent(held -> store.write(new LeaseBuilder(held)
                .editMetadata()
                .addToLabels(RecommendedLabels.OF_THE_OPERATOR)
                .addToLabels(Ownership.CLUSTER, cluster)
                .addToAnnotations(annotations)
                .endMetadata()
                .build()));
        return lease.isPresent();
    }

    /**
     * Gives the Lease up, if this operator holds it, and lets any operator act on the engine, since this one ends. Not while one
     * with another directory is bound, which may have this one's identity.
     */
    synchronized void release() {
        released = true;
        overRenewals(() -> store.read()
                .filter(this::isOurs)
                .filter(held -> isHere(marks(held)) || !marks(held).containsKey(IDENTITY))
                .ifPresent(this::release));
    }

    /** A renewal, and the binding, that are under way when the operator ends may each come between reading and writing. */
    private static void overRenewals(Runnable write) {
        for (var between = 2; between > 0; between--) {
            try {
                write.run();
                return;
            } catch (KubernetesClientException refused) {
                if (refused.getCode() != HttpURLConnection.HTTP_CONFLICT) {
                    throw refused;
                }
            }
        }
        write.run();
    }

    /**
     * Lets the Lease expire, if this operator holds it: it ends, and its last requests may still be under way.
     *
     * @param remaining until others may take the Lease; whole seconds
     */
    synchronized void expireAfter(Duration remaining) {
        released = true;
        overRenewals(() -> store.read()
                .filter(this::isOurs)
                .filter(held ->
                        !identity.equals(marks(held).get(IDENTITY))) // of one with this identity, on the engine's host
                .ifPresent(held -> store.write(new LeaseBuilder(held)
                        .editSpec()
                        .withRenewTime(wall.instant().atZone(ZoneOffset.UTC))
                        .withLeaseDurationSeconds(Math.max(1, Math.toIntExact(remaining.toSeconds())))
                        .endSpec()
                        .build())));
    }

    /** Gives the Lease up for an operator that was bound in this boot of this host, with this directory, and is dead. */
    void releaseFor(Predicate<String> dead) {
        store.read()
                .filter(held -> !boot.isEmpty() && boot.equals(marks(held).get(BOOT)))
                .filter(held -> isHere(marks(held)))
                .filter(held -> boundHolder(held).filter(dead).isPresent())
                .ifPresent(this::release);
    }

    private static Optional<String> boundHolder(Lease lease) {
        return holder(lease).filter(holder -> holder.equals(marks(lease).get(IDENTITY)));
    }

    private static Optional<String> holder(Lease lease) {
        return Optional.ofNullable(lease.getSpec())
                .map(LeaseSpec::getHolderIdentity)
                .filter(holder -> !holder.isEmpty());
    }

    private void release(Lease held) {
        var marks = new HashMap<>(marks(held));
        marks.keySet().removeAll(MARKS);
        store.write(new LeaseBuilder(held)
                .editMetadata()
                .withAnnotations(marks)
                .endMetadata()
                .editSpec()
                .withHolderIdentity("")
                .withLeaseDurationSeconds(1)
                .endSpec()
                .build());
    }

    /**
     * Renews the Lease. One that another operator took, although somebody on this engine's host is bound to the engine, is
     * taken back: the other one does not act, or else it would have fenced off this one. One that nobody holds is taken.
     *
     * @return the identity of the operator that took over; empty: this one holds the Lease
     */
    synchronized Optional<String> renew() {
        if (released) {
            return Optional.empty();
        }
        var lease = store.read();
        var taken = lease.filter(other -> !isOfOurEngine(other))
                .flatMap(EngineLease::holder)
                .filter(other -> !other.equals(identity));
        if (taken.isEmpty()) {
            store.write(renewed(lease));
        }
        return taken;
    }

    /** One that was deleted is created again, as any operator would. */
    private Lease renewed(Optional<Lease> lease) {
        var now = wall.instant().atZone(ZoneOffset.UTC);
        var known = lease.orElseGet(
                () -> new LeaseBuilder().withNewMetadata().endMetadata().build());
        var held = lease.filter(this::isOurs).isPresent();
        var spec = new LeaseBuilder(known)
                .editMetadata()
                .addToLabels(RecommendedLabels.OF_THE_OPERATOR)
                .addToLabels(Ownership.CLUSTER, cluster)
                .endMetadata()
                .editOrNewSpec();
        var transitions = spec.getLeaseTransitions() == null ? 0 : spec.getLeaseTransitions();
        return spec.withHolderIdentity(identity)
                .withLeaseDurationSeconds(Math.toIntExact(duration.toSeconds()))
                .withAcquireTime(held ? spec.getAcquireTime() : now)
                .withRenewTime(now)
                .withLeaseTransitions(held ? transitions : transitions + 1)
                .endSpec()
                .build();
    }

    private boolean isOurs(Lease lease) {
        return holder(lease).filter(identity::equals).isPresent();
    }

    private boolean isOfOurEngine(Lease lease) {
        return bound.filter(engine -> engine.equals(marks(lease).get(ENGINE))).isPresent();
    }

    private static Map<String, String> marks(Lease lease) {
        var annotations = lease.getMetadata().getAnnotations();
        return annotations == null ? Map.of() : annotations;
    }
}
