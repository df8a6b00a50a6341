package dev.mayfly.operator.claim;

import dev.mayfly.api.v1alpha1.Templated;
import dev.mayfly.config.MayflyConfig;
import dev.mayfly.core.model.Desired;
import dev.mayfly.core.model.Observed;
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
import dev.mayfly.operator.cluster.ReferencedObjects.Watched;
import dev.mayfly.operator.cluster.ResourceCaches;
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
                resources::wake);
        this.holds = holds;
        this.waitForFirstConsumer = waitForFirstConsumer;
        this.runtimes = runtimes;
    }

    /**
     * Returns the workload with the paths of its claims filled in. All of them are protected until its next
     * reconciliation.
     *
     * @throws Unusable if new replicas can't mount one of them; running replicas are not changed then
     */
    public Desired mount(Desired desired, String runtime) {
        var observed = runtimes.of(runtime).observe(desired.owner(), clock.instant());
        var seen = revisions(observed.all());
        var wanted = desired.replicas() > 0 ? names(desired.template()) : Set.<String>of();
        var referred = names(desired, seen);
        referred.addAll(wanted);
        var found = new Found(desired, referenced.refer(desired.owner(), keys(desired, referred)));
        referred.forEach(found::read);
        var trouble =
                wanted.stream().map(found.troubles::get).filter(t -> t != null).findFirst();
        // With an unusable claim nothing is started, so only running replicas hold claims, and a claim that is being
        // deleted can go.
        var held = trouble.isPresent() ? names(desired, revisions(alive(observed))) : referred;
        holds.use(desired.owner(), found.claims(held));
        if (trouble.isPresent()) {
            throw trouble.get();
        }
        return found.fill();
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

    /** The claims found for one workload, by name. */
    private final class Found {
        private final Desired desired;
        private final Map<ClaimKey, Watched<PersistentVolumeClaim>> watched;
        private final Map<String, PersistentVolumeClaim> claims = new HashMap<>();
        private final Map<String, String> paths = new HashMap<>();
        private final Map<String, Unusable> troubles = new LinkedHashMap<>();

        Found(Desired desired, Map<ClaimKey, Watched<PersistentVolumeClaim>> watched) {
            this.desired = desired;
            this.watched = watched;
        }

        void read(String name) {
            try {
                var claim = watched.get(new ClaimKey(desired.owner().namespace(), name))
                        .get(words -> unread(name, words))
                        .orElseThrow(
                                () -> new Unusable(
                                        Why.ClaimNotFound,
                                        name,
                                        "it does not exist in namespace "
                                                + desired.owner().namespace()
                                                + ". Create it, or correct claimName; the workload then continues automatically."));
                claims.put(name, claim);
                paths.put(name, path(claim));
            } catch (Unusable unusable) {
                troubles.put(name, unusable);
            }
        }

        private String path(PersistentVolumeClaim claim) {
            if (!"Bound".equals(claim.getStatus().getPhase())) {
                throw waitForFirstConsumer.advance(desired.owner(), claim);
            }
            var bound = volumes.lookUp(claim);
            var use = new Use(
                    desired.replicas() + desired.rollout().budget().maxSurge(),
                    readOnly(desired.template(), claim.getMetadata().getName()));
            return rules.path(claim, bound.volume(), bound.machine(), use);
        }

        Map<ClaimKey, PersistentVolumeClaim> claims(Set<String> names) {
            return names.stream()
                    .flatMap(name -> Optional.ofNullable(claims.get(name)).stream())
                    .collect(Collectors.toMap(ClaimKey::of, claim -> claim));
        }

        Desired fill() {
            var earlier = new HashMap<>(desired.earlier());
            earlier.replaceAll((revision, template) -> fill(template));
            return desired.withTemplate(fill(desired.template())).withEarlier(Map.copyOf(earlier));
        }

        private Template fill(Template template) {
            var volumes = new LinkedHashMap<>(template.volumes());
            volumes.replaceAll((name, volume) -> volume instanceof Volume.Claim claim
                    ? new Volume.Claim(claim.claim(), paths.getOrDefault(claim.claim(), ""), claim.readOnly())
                    : volume);
            return template.withVolumes(volumes);
        }
    }

    private static Unusable unread(String claim, String words) {
        return new Unusable(
                Why.ClaimUnreadable,
                claim,
                "it can't be read, so nothing is changed: " + words
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
        return replicas.map(Replica::revision).collect(Collectors.toSet());
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

    private static Set<String> names(Template template) {
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
