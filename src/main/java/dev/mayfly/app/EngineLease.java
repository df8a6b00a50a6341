package dev.mayfly.app;

import dev.mayfly.operator.cluster.RecommendedLabels;
import dev.mayfly.runtime.Ownership;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Duration;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The operator's Lease, and the engine that its holder is bound to: an operator on its engine's host writes the engine's ID
 * and its own identity into the Lease. While they are there, no operator of another identity acts on that engine, however
 * long the Lease was not renewed.
 */
final class EngineLease {
    private static final String ENGINE = Ownership.PREFIX + "bound-engine";
    private static final String IDENTITY = Ownership.PREFIX + "bound-identity";

    private final Store store;
    private final String cluster;
    private final String identity;
    private final Duration duration;
    private final InstantSource wall;

    /**
     * @param cluster id of the cluster and installation, a label of the Lease: by it {@code mayfly leftovers} knows whose
     *     containers are this operator's
     * @param identity of this operator
     * @param duration of the Lease
     */
    EngineLease(Store store, String cluster, String identity, Duration duration) {
        this(store, cluster, identity, duration, InstantSource.system());
    }

    EngineLease(Store store, String cluster, String identity, Duration duration, InstantSource wall) {
        this.store = store;
        this.cluster = cluster;
        this.identity = identity;
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

    /**
     * The identity of the operator that is bound to that engine, if it is another one.
     *
     * @param engine the engine's ID, asked only if an operator is bound to one; empty: not known, so that it may be that one
     */
    Optional<String> boundByAnother(Supplier<Optional<String>> engine) {
        var marks = store.read().map(EngineLease::marks).orElse(Map.of());
        return Optional.ofNullable(marks.get(IDENTITY))
                .filter(other -> !other.equals(identity))
                .filter(other ->
                        engine.get().map(id -> id.equals(marks.get(ENGINE))).orElse(true));
    }

    /** Binds this operator, which holds the Lease, to the engine. @return false if it does not hold it any more */
    boolean bind(String engine) {
        return mark(Map.of(ENGINE, engine, IDENTITY, identity));
    }

    /** Labels the Lease of an operator that is not to be bound. @return false if it does not hold it any more */
    boolean label() {
        return mark(Map.of());
    }

    private boolean mark(Map<String, String> annotations) {
        var lease = store.read().filter(this::isOurs);
        lease.ifPresent(held -> store.write(new LeaseBuilder(held)
                .editMetadata()
                .addToLabels(RecommendedLabels.OF_THE_OPERATOR)
                .addToLabels(Ownership.CLUSTER, cluster)
                .addToAnnotations(annotations)
                .endMetadata()
                .build()));
        return lease.isPresent();
    }

    /** Lets operators of other identities act on the engine, since this one ends. */
    void unbind() {
        store.read().filter(this::isBoundToUs).ifPresent(bound -> {
            var marks = new HashMap<>(marks(bound));
            marks.remove(ENGINE);
            marks.remove(IDENTITY);
            store.write(new LeaseBuilder(bound)
                    .editMetadata()
                    .withAnnotations(marks)
                    .endMetadata()
                    .build());
        });
    }

    /**
     * Renews the Lease. One that another operator took, although this one is bound to the engine, is taken back: the other
     * one does not act.
     *
     * @return the identity of the operator that took over; empty: this one holds the Lease
     */
    Optional<String> renew() {
        var lease = store.read();
        var taken = lease.filter(other -> !isOurs(other) && !isBoundToUs(other));
        if (taken.isEmpty()) {
            store.write(renewed(lease));
        }
        return taken.map(other -> other.getSpec().getHolderIdentity());
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
        return lease.getSpec() != null && identity.equals(lease.getSpec().getHolderIdentity());
    }

    private boolean isBoundToUs(Lease lease) {
        return identity.equals(marks(lease).get(IDENTITY));
    }

    private static Map<String, String> marks(Lease lease) {
        var annotations = lease.getMetadata().getAnnotations();
        return annotations == null ? Map.of() : annotations;
    }
}
