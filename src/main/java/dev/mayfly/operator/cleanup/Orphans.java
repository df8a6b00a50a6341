package dev.mayfly.operator.cleanup;

import dev.mayfly.config.MayflyConfig;
import dev.mayfly.core.model.OwnerId;
import dev.mayfly.core.model.Phase;
import dev.mayfly.core.model.Removal;
import dev.mayfly.core.model.Removal.Cause;
import dev.mayfly.core.model.Replica;
import dev.mayfly.host.SteadyClock;
import dev.mayfly.operator.cleanup.VanishedOwners.Doubt;
import dev.mayfly.operator.cluster.Owners;
import dev.mayfly.operator.cluster.Owners.Crds;
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
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jboss.logging.Logger;
import org.jboss.logging.Logger.Level;

/**
 * Containers and volumes whose owner vanished without Mayfly's finalizer. They are collected if the API server reported
 * the deletion, or if they are a few; many at once suggest a CRD removed by force, a restored etcd or a replaced cluster, so
 * then nothing is removed until the user allows it.
 */
@ApplicationScoped
class Orphans {
    private static final Logger LOG = Logger.getLogger(Orphans.class);
    /** Phases of a replica that has no container, or whose container never ran and is about to be started. */
    private static final Set<Phase> EMPTY = EnumSet.of(Phase.PENDING, Phase.LOST, Phase.FAILED);
    /** For replicas without a grace period of their own. */
    private static final Duration GRACE = Duration.ofSeconds(10);

    private final Owners owners;
    private final UnreadResources unread;
    private final Runtimes runtimes;
    private final DeletedOwners deleted;
    private final OwnerStates states;
    private final OrphanEvents notice;
    private final Duration creationGrace;
    private final InstantSource clock = SteadyClock.system();
    private final InstantSource wall = InstantSource.system();

    /** The result of a sweep. */
    enum Result {
        /** The owners in the caches and the API server can be trusted to tell what is unused. */
        SWEPT,
        /** The cluster may have been replaced, so nothing that looks unused may be removed until a user says so. */
        HELD,
        /** The caches may lack owners, for now or for good. Nothing was swept. */
        UNREAD
    }

    /** @param removable of the unused volumes and networks; empty unless it swept */
    record Outcome(Result result, Set<Unused> removable) {
        static final Outcome HELD = new Outcome(Result.HELD, Set.of());
        static final Outcome UNREAD = new Outcome(Result.UNREAD, Set.of());
    }

    Orphans(
            Owners owners,
            UnreadResources unread,
            Runtimes runtimes,
            DeletedOwners deleted,
            OwnerStates states,
            OrphanEvents notice,
            MayflyConfig config) {
        this.creationGrace = config.creationGrace();
        this.owners = owners;
        this.unread = unread;
        this.runtimes = runtimes;
        this.deleted = deleted;
        this.states = states;
        this.notice = notice;
    }

    /**
     * @param cached reads the UIDs of the owners in the cache
     * @param unused volumes and networks that no workload in the cache uses
     */
    Outcome sweep(Supplier<Set<String>> cached, Set<Unused> unused) {
        if (!owners.sameCluster()) {
            LOG.error("The API server is another cluster than at start. Nothing is removed; restart the operator.");
            return Outcome.HELD;
        }
        var missing = owners.missingCrds();
        missing.forEach(crd -> LOG.errorf(
                "The cluster has no CRD %s, as after an upgrade by helm, which adds none, so nothing that looks unused is"
                        + " collected: kubectl apply -f crds/%s-v1.yml",
                crd, crd));
        if (missing.isEmpty() && !unread.none()) {
            return Outcome.UNREAD;
        }
        var outcome = sweepOwners(cached.get(), unused);
        return missing.isEmpty() ? outcome : Outcome.HELD;
    }

    /**
     * Collects what owners left whose deletion the API server reported, at once: their queued launches, and their
     * containers if their finalizer was removed by somebody else. How many such owners there are does not matter, nor do
     * requests to the API server grow faster than their number.
     */
    void collect(Set<OwnerId> reported) {
        var runtime = runtimes.everywhere();
        var holders = new HashSet<OwnerId>();
        for (var owner : reported) {
            if (replicas(runtime, owner).findAny().isEmpty()) {
                states.drop(owner);
            } else if (!staying(runtime, owner).isEmpty()) {
                holders.add(owner);
            }
        }
        if (holders.isEmpty()) {
            return;
        }
        var deletions = deleted.recent();
        var crds = owners.crds();
        if (owners.sameCluster()) {
            holders.forEach(owner -> {
                if (deletions.deliberate(owner, crds) && owners.gone(owner)) {
                    collect(runtime, owner, Level.DEBUG);
                }
            });
        }
    }

    private Outcome sweepOwners(Set<String> known, Set<Unused> unused) {
        var deletions = deleted.recent();
        var crds = owners.crds();
        var runtime = runtimes.everywhere();
        var holders = runtime.owners();
        deletions.created().keySet().stream()
                .filter(owner -> !holders.contains(owner))
                .forEach(states::drop); // again: a reconciliation that was not over yet may have noted something
        var left = new HashMap<OwnerId, Instant>();
        holders.stream()
                .filter(owner -> !known.contains(owner.uid()) && owners.gone(owner))
                .forEach(owner -> {
                    removeEmpty(runtime, owner);
                    var staying = staying(runtime, owner);
                    if (deletions.deliberate(owner, crds) || staying.stream().allMatch(this::failedCreation)) {
                        collect(runtime, owner, Level.DEBUG);
                    } else if (staying.stream().anyMatch(replica -> replica.phase() != Phase.CREATED)) {
                        left.put(owner, oldest(staying));
                    }
                });
        unused.stream()
                .filter(Unused::holdsData)
                .forEach(volume -> vanishedMaker(volume, known)
                        .filter(maker -> !deletions.deliberate(maker, crds))
                        .ifPresent(maker -> left.merge(maker, volume.created(), Orphans::earlier)));
        var doubt = allowed(new VanishedOwners(left), holders, crds);
        left.keySet().stream()
                .filter(owner -> holders.contains(owner) && !doubt.covers(owner.namespace()))
                .forEach(owner -> collect(runtime, owner, Level.WARN));
        return doubt.everywhere()
                ? Outcome.HELD
                : new Outcome(
                        Result.SWEPT,
                        unused.stream()
                                .filter(one -> !doubt.covers(one.namespace()))
                                .collect(Collectors.toSet()));
    }

    /** The doubts that remain after the user's permission. */
    private Doubt allowed(VanishedOwners vanished, Set<OwnerId> holders, Crds crds) {
        var doubt = vanished.doubt(holders, crds);
        var held = vanished.in(doubt);
        if (held.isEmpty() || notice.allows(held.size())) {
            notice.clear();
            return Doubt.NONE;
        }
        notice.held(held);
        return doubt;
    }

    /**
     * The workload for which an unused volume was created, if it is gone. A workload that exists dropped the volume from
     * its template. A volume of an earlier version, which names no workload, counts as one of its own.
     */
    private Optional<OwnerId> vanishedMaker(Unused volume, Set<String> known) {
        if (volume.maker().isEmpty()) {
            return Optional.of(new OwnerId(
                    VanishedOwners.UNKNOWN_KIND, volume.namespace(), "volume " + volume.name(), volume.name()));
        }
        return volume.maker().filter(maker -> !known.contains(maker.uid())).filter(owners::gone);
    }

    private Instant oldest(List<Replica> replicas) {
        return replicas.stream().map(this::earliestSince).reduce(wall.instant(), Orphans::earlier);
    }

    private static Instant earlier(Instant one, Instant other) {
        return one.isBefore(other) ? one : other;
    }

    /**
     * True for a container that never ran: a killed operator requested it, and its successor did not see it when its
     * workload was deleted. It holds no data that could be lost, so the guard against mass deletion does not apply.
     */
    private boolean failedCreation(Replica replica) {
        return replica.phase() == Phase.CREATED
                && replica.since().isBefore(clock.instant().minus(creationGrace));
    }

    private Stream<Replica> replicas(ContainerRuntime runtime, OwnerId owner) {
        return runtime.observe(owner, clock.instant()).all();
    }

    /** Replicas that nobody has removed yet. */
    private List<Replica> staying(ContainerRuntime runtime, OwnerId owner) {
        return replicas(runtime, owner)
                .filter(replica -> !replica.phase().leaving())
                .toList();
    }

    /** By the wall clock, as the API server's times are. If it was set back, that may have been before or after. */
    private Instant earliestSince(Replica replica) {
        var ahead = Duration.between(clock.instant(), wall.instant());
        return ahead.isNegative() ? replica.since().plus(ahead) : replica.since();
    }

    /** Cancels launches, behind which others wait, and forgets replicas without a container: they have nothing to lose. */
    private void removeEmpty(ContainerRuntime runtime, OwnerId owner) {
        staying(runtime, owner).stream()
                .filter(replica -> EMPTY.contains(replica.phase()))
                .forEach(replica -> remove(runtime, replica));
    }

    /** @param level a user may delete resources without end, which concerns no administrator */
    private void collect(ContainerRuntime runtime, OwnerId owner, Level level) {
        var replicas = staying(runtime, owner);
        if (!replicas.isEmpty()) {
            LOG.logf(
                    level,
                    "%s %s/%s is gone without its finalizer: removing its %d containers",
                    owner.kind(),
                    owner.namespace(),
                    owner.name(),
                    replicas.size());
            replicas.forEach(replica -> remove(runtime, replica));
        }
    }

    private static void remove(ContainerRuntime runtime, Replica replica) {
        runtime.remove(new Removal(replica.id(), replica.grace().orElse(GRACE), Cause.OWNER_DELETED));
    }

    /** Reports what is held back from collection, once per change, and reads the permission to collect it. */
    @ApplicationScoped
    static class OrphanEvents {
        /** Annotation of the operator's namespace; its value is the number of missing owners whose things may be removed. */
        static final String PERMISSION = "mayfly.dev/sweep-orphans";

        private final KubernetesClient client;
        private final String namespace;
        private final InstantSource clock;
        /** UIDs of the owners in the last report. */
        private Set<String> reported = Set.of();

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
            reported = Set.of();
        }

        void held(List<OwnerId> missing) {
            var uids = missing.stream().map(OwnerId::uid).collect(Collectors.toSet());
            var changed = !reported.containsAll(uids);
            reported = uids;
            if (!changed) {
                return;
            }
            var first = missing.getFirst();
            var message =
                    ("Containers and volumes of %d workloads whose resource is gone without its finalizer are kept (such as %s/%s): was"
                                    + " the CRD or the cluster replaced, or were finalizers taken off while no operator"
                                    + " watched? To remove them: kubectl annotate namespace %s %s=%d --overwrite")
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
