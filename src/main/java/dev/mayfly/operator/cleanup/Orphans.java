package dev.mayfly.operator.cleanup;

import dev.mayfly.config.MayflyConfig;
import dev.mayfly.core.model.OwnerId;
import dev.mayfly.core.model.Phase;
import dev.mayfly.core.model.Removal;
import dev.mayfly.core.model.Removal.Cause;
import dev.mayfly.core.model.Replica;
import dev.mayfly.host.SteadyClock;
import dev.mayfly.operator.cluster.Owners;
import dev.mayfly.operator.cluster.UnreadResources;
import dev.mayfly.operator.event.EventObjects;
import dev.mayfly.runtime.ContainerRuntime;
import dev.mayfly.runtime.ContainerRuntime.SharedResources.Unused;
import dev.mayfly.runtime.Runtimes;
import io.fabric8.kubernetes.api.model.ObjectReference;
import io.fabric8.kubernetes.api.model.ObjectReferenceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jboss.logging.Logger;

/**
 * Containers and volumes whose owner vanished without Mayfly's finalizer. A few are collected; many at once suggest a CRD
 * removed by force, a restored etcd or a replaced cluster, so then nothing is removed until the user allows it.
 */
@ApplicationScoped
class Orphans {
    private static final Logger LOG = Logger.getLogger(Orphans.class);
    /** For replicas without a grace period of their own. */
    private static final Duration GRACE = Duration.ofSeconds(10);

    private static final String UNKNOWN_KIND = "";

    private final Owners owners;
    private final UnreadResources unread;
    private final Runtimes runtimes;
    private final OrphanEvents notice;
    private final Duration creationGrace;
    private final InstantSource clock = SteadyClock.system();
    private final InstantSource wall = InstantSource.system();

    /** What a sweep came to. */
    enum Result {
        /** The owners in the caches and the API server can be trusted to tell what is unused. */
        SWEPT,
        /** The cluster may have been replaced, so nothing that looks unused may be removed until a user says so. */
        HELD,
        /** The caches may lack owners, for now or for good. Nothing was swept. */
        UNREAD
    }

    Orphans(Owners owners, UnreadResources unread, Runtimes runtimes, OrphanEvents notice, MayflyConfig config) {
        this.creationGrace = config.creationGrace();
        this.owners = owners;
        this.unread = unread;
        this.runtimes = runtimes;
        this.notice = notice;
    }

    /**
     * @param cached reads the UIDs of the owners in the cache
     * @param unused volumes and networks that no workload in the cache uses
     */
    Result sweep(Supplier<Set<String>> cached, Set<Unused> unused) {
        if (!owners.sameCluster()) {
            LOG.error("The API server is another cluster than at start. Nothing is removed; restart the operator.");
            return Result.HELD;
        }
        var missing = owners.missingCrds();
        missing.forEach(crd -> LOG.errorf(
                "The cluster has no CRD %s, as after an upgrade by helm, which adds none, so nothing that looks unused is"
                        + " collected: kubectl apply -f crds/%s-v1.yml",
                crd, crd));
        if (missing.isEmpty() && !unread.none()) {
            return Result.UNREAD;
        }
        return sweepOwners(cached.get(), unused) && missing.isEmpty() ? Result.SWEPT : Result.HELD;
    }

    private boolean sweepOwners(Set<String> known, Set<Unused> unused) {
        var holders = new HashMap<OwnerId, ContainerRuntime>();
        runtimes.all().forEach(runtime -> runtime.owners().forEach(owner -> holders.put(owner, runtime)));
        var gone = holders.keySet().stream()
                .filter(owner -> !known.contains(owner.uid()))
                .filter(owners::gone)
                .collect(Collectors.partitioningBy(owner -> neverRan(holders.get(owner), owner)));
        gone.get(true).stream()
                .filter(owner -> replicas(holders.get(owner), owner).allMatch(this::old))
                .forEach(owner -> collect(holders.get(owner), owner));

        var left = new HashMap<OwnerId, Instant>();
        gone.get(false).forEach(owner -> left.put(owner, oldest(holders.get(owner), owner)));
        unused.stream()
                .filter(Unused::holdsData)
                .forEach(volume -> vanishedMaker(volume, known)
                        .ifPresent(maker -> left.merge(maker, volume.created(), Orphans::earlier)));
        if (left.isEmpty()) {
            notice.clear();
            return true;
        }
        var vanished = new VanishedOwners(left);
        if (vanished.suspicious(holders.keySet(), this::crdCreated) && !notice.allows(left.size())) {
            notice.held(vanished.sorted());
            return false;
        }
        gone.get(false).forEach(owner -> collect(holders.get(owner), owner));
        return true;
    }

    /**
     * The workload for which an unused volume was created, if it is gone. A workload that exists dropped the volume from
     * its template. A volume of an earlier version, which names no workload, counts as one of its own.
     */
    private Optional<OwnerId> vanishedMaker(Unused volume, Set<String> known) {
        if (volume.maker().isEmpty()) {
            return Optional.of(new OwnerId(UNKNOWN_KIND, volume.namespace(), "volume " + volume.name(), volume.name()));
        }
        return volume.maker().filter(maker -> !known.contains(maker.uid())).filter(owners::gone);
    }

    private Instant oldest(ContainerRuntime runtime, OwnerId owner) {
        return replicas(runtime, owner).map(this::earliestSince).reduce(wall.instant(), Orphans::earlier);
    }

    private static Instant earlier(Instant one, Instant other) {
        return one.isBefore(other) ? one : other;
    }

    private Optional<Instant> crdCreated(String kind) {
        return kind.equals(UNKNOWN_KIND) ? owners.newestCrdCreated() : owners.crdCreated(kind);
    }

    /**
     * True for failed creations: a killed operator requested them, and its successor did not see them when their
     * workload was deleted. They hold no data that could be lost, so the guard against mass deletion does not apply.
     */
    private boolean neverRan(ContainerRuntime runtime, OwnerId owner) {
        return replicas(runtime, owner).allMatch(replica -> replica.phase() == Phase.CREATED);
    }

    private boolean old(Replica replica) {
        return replica.since().isBefore(clock.instant().minus(creationGrace));
    }

    private Stream<Replica> replicas(ContainerRuntime runtime, OwnerId owner) {
        return runtime.observe(owner, clock.instant()).all();
    }

    /** By the wall clock, as the API server's times are. If it was set back, that may have been before or after. */
    private Instant earliestSince(Replica replica) {
        var ahead = Duration.between(clock.instant(), wall.instant());
        return ahead.isNegative() ? replica.since().plus(ahead) : replica.since();
    }

    private void collect(ContainerRuntime runtime, OwnerId owner) {
        var replicas = replicas(runtime, owner)
                .filter(replica -> !replica.phase().leaving())
                .toList();
        if (!replicas.isEmpty()) {
            LOG.warnf(
                    "%s %s/%s is gone without its finalizer: removing its %d containers",
                    owner.kind(), owner.namespace(), owner.name(), replicas.size());
            replicas.forEach(replica ->
                    runtime.remove(new Removal(replica.id(), replica.grace().orElse(GRACE), Cause.OWNER_DELETED)));
        }
    }

    /** Reports what is held back from collection, once per change, and reads the permission to collect it. */
    @ApplicationScoped
    static class OrphanEvents {
        /** Annotation of the operator's namespace; its value is the number of missing owners whose things may be removed. */
        static final String PERMISSION = "mayfly.dev/sweep-orphans";

        private final KubernetesClient client;
        private final String namespace;
        private final InstantSource clock;
        private final Set<String> reported = new HashSet<>();

        @Inject
        OrphanEvents(KubernetesClient client, MayflyConfig config) {
            this(client, config, InstantSource.system());
        }

        OrphanEvents(KubernetesClient client, MayflyConfig config, InstantSource clock) {
            this.client = client;
            this.clock = clock;
            this.namespace = config.namespace();
        }

        /** True if the user allowed the removal of what that many missing owners left. */
        boolean allows(int missing) {
            var found = client.namespaces().withName(namespace).get();
            if (found == null || found.getMetadata().getAnnotations() == null) {
                return false;
            }
            try {
                return missing
                        <= Integer.parseInt(found.getMetadata().getAnnotations().getOrDefault(PERMISSION, "0"));
            } catch (NumberFormatException notANumber) {
                return false;
            }
        }

        void clear() {
            reported.clear();
        }

        void held(List<OwnerId> missing) {
            var changed = reported.addAll(missing.stream().map(OwnerId::uid).toList());
            if (!changed) {
                return;
            }
            var first = missing.getFirst();
            var message =
                    ("Containers and volumes of %d workloads whose resource is gone without its finalizer are kept (such as %s/%s): was"
                                    + " the CRD or the cluster replaced? To remove them: kubectl annotate namespace %s %s=%d --overwrite")
                            .formatted(
                                    missing.size(),
                                    first.namespace(),
                                    first.name(),
                                    namespace,
                                    PERMISSION,
                                    missing.size());
            LOG.warn(message);
            var now = clock.instant();
            try {
                client.resource(EventObjects.about(operatorsNamespace(), true, "OrphansHeld", message, 1, now, now)
                                .editMetadata()
                                .withGenerateName("orphans-held-")
                                .endMetadata()
                                .build())
                        .create();
            } catch (KubernetesClientException failed) {
                LOG.debugf("Event OrphansHeld was not written: %s", failed.getMessage());
            }
        }

        private ObjectReference operatorsNamespace() {
            return new ObjectReferenceBuilder()
                    .withApiVersion("v1")
                    .withKind("Namespace")
                    .withName(namespace)
                    .withNamespace(namespace)
                    .build();
        }
    }
}
