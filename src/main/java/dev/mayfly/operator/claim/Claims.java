package dev.mayfly.operator.claim;

import static java.util.Objects.requireNonNullElse;

import dev.mayfly.api.v1alpha1.Templated;
import dev.mayfly.config.MayflyConfig;
import dev.mayfly.core.model.Desired;
import dev.mayfly.core.model.Observed;
import dev.mayfly.core.model.OwnerId;
import dev.mayfly.core.model.Replica;
import dev.mayfly.core.model.Template;
import dev.mayfly.core.model.Volume;
import dev.mayfly.host.SteadyClock;
import dev.mayfly.operator.claim.ClaimHolds.ClaimKey;
import dev.mayfly.operator.claim.ClaimRules.Use;
import dev.mayfly.operator.claim.Claims.Unusable.Why;
import dev.mayfly.operator.cluster.InvalidSpec;
import dev.mayfly.operator.cluster.Lists;
import dev.mayfly.operator.cluster.Owners;
import dev.mayfly.operator.cluster.ReferencedObjects;
import dev.mayfly.operator.cluster.ResourceCaches;
import dev.mayfly.operator.cluster.WatchedObject;
import dev.mayfly.runtime.Runtimes;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.client.KubernetesClient;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Finds where the data of a workload's PersistentVolumeClaims is, and protects the claims while replicas mount them.
 * Their names belong to the revision; the paths don't: a path changes only if a claim was deleted and recreated,
 * after all replicas released it.
 */
@ApplicationScoped
public class Claims {
    private final ClaimRules rules;
    private final ClaimVolumes volumes;
    private final ReferencedObjects<ClaimKey, PersistentVolumeClaim> referenced;
    private final ClaimHolds holds;
    private final WaitForFirstConsumer waitForFirstConsumer;
    private final Runtimes runtimes;
    private final InstantSource clock = SteadyClock.system();

    Claims(
            MayflyConfig config,
            KubernetesClient client,
            ResourceCaches resources,
            ClaimVolumes volumes,
            ClaimHolds holds,
            WaitForFirstConsumer waitForFirstConsumer,
            Runtimes runtimes) {
        this.rules = new ClaimRules(config.claimPrefixes());
        this.volumes = volumes;
        this.referenced = new ReferencedObjects<>(
                key -> client.persistentVolumeClaims()
                        .inNamespace(key.namespace())
                        .withName(key.name()),
                new ReferencedObjects.Kept<PersistentVolumeClaim>(Claims::trim, claim -> 0),
                resources::wake);
        this.holds = holds;
        this.waitForFirstConsumer = waitForFirstConsumer;
        this.runtimes = runtimes;
    }

    /**
     * The workload with the paths of its claims filled in. All of them are protected until its next reconciliation.
     *
     * @throws Unusable if new replicas can't mount one of them; running replicas are not changed then
     */
    public Desired mount(Desired desired, Runtimes.Named runtime) {
        var found = find(desired, Set.of(), runtime);
        var mounted = found.mount(desired);
        found.trouble(desired).ifPresent(unusable -> {
            throw unusable;
        });
        return mounted;
    }

    /**
     * Watches the claims that the workload's replicas mount, or may mount in its next plan.
     *
     * @param alternatives earlier revisions that may run in place of the workload's own
     */
    public Mounts find(Desired desired, Set<String> alternatives, Runtimes.Named runtime) {
        var observed = runtimes.of(runtime).orElseThrow().observe(desired.owner(), clock.instant());
        var revisions = revisions(observed.all());
        revisions.addAll(alternatives);
        var names = names(desired, revisions);
        names.addAll(names(desired.template()));
        return new Mounts(observed, referenced.refer(desired.owner(), keys(desired, names)));
    }

    /** Releases the claims of a workload whose replicas are gone, so that they may be deleted. */
    public void release(Templated workload) {
        var owner = Owners.of(workload);
        referenced.refer(owner, Set.of());
        var template = workload.template();
        var named = template == null
                ? Set.<ClaimKey>of()
                : Lists.orEmpty(template.volumes()).stream()
                        .filter(volume -> volume.persistentVolumeClaim() != null)
                        .map(volume -> new ClaimKey(
                                owner.namespace(),
                                volume.persistentVolumeClaim().claimName()))
                        .collect(Collectors.toSet());
        holds.leave(owner, named);
    }

    /** The claims of one workload. Each is looked up once, when it is first needed. */
    public final class Mounts {
        private final Observed observed;
        private final Map<ClaimKey, WatchedObject<PersistentVolumeClaim>> watched;
        private final Map<String, Found> found = new HashMap<>();
        private final Map<Asked, Place> places = new HashMap<>();

        private Mounts(Observed observed, Map<ClaimKey, WatchedObject<PersistentVolumeClaim>> watched) {
            this.observed = observed;
            this.watched = watched;
        }

        /** The workload; refused if replicas of its template can't mount their claims. */
        public Desired admit(Desired desired) {
            return desired.revision().isEmpty()
                    ? desired // it is refused already
                    : trouble(desired)
                            .map(unusable -> desired.refusing(Optional.of(desired.revision()), unusable.failure()))
                            .orElse(desired);
        }

        /**
         * The workload with the paths of its claims filled in, which are protected until its next reconciliation. If
         * replicas of its template can't mount them, nothing is started. Only running replicas hold claims then, so a
         * claim that is being deleted can go.
         */
        public Desired mount(Desired desired) {
            var trouble = trouble(desired);
            var used = names(desired, revisions(trouble.isPresent() ? alive(observed) : observed.all()));
            if (trouble.isEmpty()) {
                used.addAll(wanted(desired));
            }
            holds.use(desired.owner(), claims(desired, used));
            var filled = fill(desired, used);
            return trouble.map(unusable -> filled.startingNothing(unusable.failure()))
                    .orElse(filled);
        }

        /** Why replicas of its template can't mount their claims; empty: they can, or none are wanted. */
        private Optional<Unusable> trouble(Desired desired) {
            return wanted(desired).stream()
                    .flatMap(name -> place(desired, name).trouble().stream())
                    .findFirst();
        }

        private Set<String> wanted(Desired desired) {
            return desired.replicas() > 0 ? names(desired.template()) : Set.of();
        }

        private Place place(Desired desired, String name) {
            var use = new Use(
                    desired.replicas() + desired.rollout().budget().maxSurge(), readOnly(desired.template(), name));
            return places.computeIfAbsent(new Asked(name, use), asked -> {
                try {
                    return new Place(path(desired.owner(), name, use), Optional.empty());
                } catch (Unusable unusable) {
                    return new Place("", Optional.of(unusable));
                }
            });
        }

        private String path(OwnerId owner, String name, Use use) {
            var claim = found(owner, name).orElseThrow(owner, name);
            if (!"Bound".equals(claim.getStatus().getPhase())) {
                throw waitForFirstConsumer.advance(owner, claim);
            }
            var bound = volumes.lookUp(claim);
            return rules.path(claim, bound.volume(), bound.machine(), use);
        }

        private Found found(OwnerId owner, String name) {
            return found.computeIfAbsent(name, asked -> {
                var claim = watched.get(new ClaimKey(owner.namespace(), name));
                if (claim == null) {
                    return new Found(
                            Optional.empty(),
                            Optional.of(unread(
                                    name,
                                    "the namespace's workloads use " + ReferencedObjects.MOST_IN_A_NAMESPACE
                                            + " claims already, and no more are watched")));
                }
                try {
                    return new Found(claim.get(words -> unread(name, words)), Optional.empty());
                } catch (Unusable unread) {
                    return new Found(Optional.empty(), Optional.of(unread));
                }
            });
        }

        private Map<ClaimKey, PersistentVolumeClaim> claims(Desired desired, Set<String> names) {
            return names.stream()
                    .flatMap(name -> found(desired.owner(), name).claim().stream())
                    .collect(Collectors.toMap(ClaimKey::of, claim -> claim));
        }

        private Desired fill(Desired desired, Set<String> names) {
            var paths = names.stream()
                    .collect(Collectors.toMap(
                            name -> name, name -> place(desired, name).path()));
            var earlier = new HashMap<>(desired.earlier());
            earlier.replaceAll((revision, template) -> filled(template, paths));
            return desired.withTemplate(filled(desired.template(), paths)).withEarlier(Map.copyOf(earlier));
        }
    }

    /** Only what is read of it. The rest may be large, and nothing limits it. */
    private static void trim(PersistentVolumeClaim claim) {
        var metadata = claim.getMetadata();
        var annotations = new HashMap<>(requireNonNullElse(metadata.getAnnotations(), Map.<String, String>of()));
        annotations.keySet().retainAll(Set.of(WaitForFirstConsumer.SELECTED_NODE));
        metadata.setAnnotations(annotations);
        metadata.setLabels(Map.of());
        metadata.getManagedFields().forEach(manager -> manager.setFieldsV1(null));
    }

    private record Asked(String name, Use use) {}

    /**
     * The directory of a claim.
     *
     * @param path empty: replicas can't mount it
     */
    private record Place(String path, Optional<Unusable> trouble) {}

    private record Found(Optional<PersistentVolumeClaim> claim, Optional<Unusable> unread) {

        PersistentVolumeClaim orElseThrow(OwnerId owner, String name) {
            return claim.orElseThrow(() -> unread.orElseGet(() -> new Unusable(
                    Why.ClaimNotFound,
                    name,
                    "it does not exist in namespace " + owner.namespace()
                            + ". Create it, or correct claimName; the workload then continues automatically.")));
        }
    }

    private static Template filled(Template template, Map<String, String> paths) {
        var volumes = new LinkedHashMap<>(template.volumes());
        volumes.replaceAll((name, volume) -> volume instanceof Volume.Claim claim
                ? new Volume.Claim(claim.claim(), paths.getOrDefault(claim.claim(), ""), claim.readOnly())
                : volume);
        return template.withVolumes(volumes);
    }

    private static Unusable unread(String claim, String words) {
        return new Unusable(
                Why.ClaimUnreadable,
                claim,
                "it can't be read, so no replica that mounts it is started: " + words
                        + ". Check that the operator may get, list and watch it; it is retried automatically.");
    }

    private static Set<ClaimKey> keys(Desired desired, Set<String> names) {
        return names.stream()
                .map(name -> new ClaimKey(desired.owner().namespace(), name))
                .collect(Collectors.toSet());
    }

    /** Replicas that have not terminated. */
    private static Stream<Replica> alive(Observed observed) {
        return observed.all().filter(replica -> !replica.phase().terminated());
    }

    private static Set<String> revisions(Stream<Replica> replicas) {
        return replicas.map(Replica::revision).collect(Collectors.toCollection(HashSet::new));
    }

    /** Claims that replicas of these revisions mount. */
    private static Set<String> names(Desired desired, Set<String> revisions) {
        var names = new HashSet<String>();
        for (var revision : revisions) {
            var template = revision.equals(desired.revision())
                    ? desired.template()
                    : desired.earlier().get(revision);
            if (template != null) {
                names.addAll(names(template));
            }
        }
        return names;
    }

    /** Not those of Pods, which the kubelet mounts and Kubernetes protects. */
    private static Set<String> names(Template template) {
        if (template.placement().inPods()) {
            return Set.of();
        }
        return template.volumes().values().stream()
                .filter(Volume.Claim.class::isInstance)
                .map(volume -> ((Volume.Claim) volume).claim())
                .collect(Collectors.toSet());
    }

    /** True if no mount of the claim can write. */
    private static boolean readOnly(Template template, String claim) {
        return template.mounts().stream()
                .filter(mount -> template.volumes().get(mount.volume()) instanceof Volume.Claim mounted
                        && mounted.claim().equals(claim))
                .allMatch(mount ->
                        mount.readOnly() || ((Volume.Claim) template.volumes().get(mount.volume())).readOnly());
    }

    @PreDestroy
    void close() {
        referenced.close();
    }

    /** A PersistentVolumeClaim that replicas can't mount at present. Running replicas stay, none is started. */
    public static final class Unusable extends InvalidSpec {
        private static final long serialVersionUID = 1L;

        /** Reasons of the condition. */
        enum Why {
            /** The claim does not exist. */
            ClaimNotFound,
            /** It has no volume yet, or no longer has one. */
            ClaimNotBound,
            /** Replicas can't mount its volume because of its kind, location or mode. */
            ClaimNotUsable,
            /** The API server did not answer. */
            ClaimUnreadable
        }

        /** @param message why the claim can't be mounted, and what to do */
        Unusable(Why why, String claim, String message) {
            super(why.name(), "persistentVolumeClaim " + claim + ": " + message);
        }
    }
}
