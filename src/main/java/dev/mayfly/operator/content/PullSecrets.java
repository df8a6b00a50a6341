package dev.mayfly.operator.content;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.mayfly.api.v1alpha1.Templated;
import dev.mayfly.core.image.Credential;
import dev.mayfly.core.model.OwnerId;
import dev.mayfly.core.model.OwnerState;
import dev.mayfly.operator.cluster.Owners;
import dev.mayfly.operator.event.EventRecorder;
import dev.mayfly.runtime.ImageEngine;
import dev.mayfly.runtime.ImagePulls;
import dev.mayfly.runtime.RegistryPattern;
import dev.mayfly.runtime.RuntimeEvent;
import dev.mayfly.runtime.Runtimes;
import dev.mayfly.runtime.registry.RegistrySecret;
import io.fabric8.kubernetes.api.model.Secret;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Hands the runtime each workload's pull credentials: the content of its {@code imagePullSecrets}. As in Kubernetes, a
 * pull is attempted even if a Secret is missing or unusable.
 */
@ApplicationScoped
public class PullSecrets implements OwnerState {
    private final ContentWatch contents;

    private final ContentHash.Key key;
    private final Runtimes runtimes;
    private final EventRecorder events;
    /** By UID, the problems that were reported, so that each is reported once. */
    private final Map<String, Map<String, String>> reported = new ConcurrentHashMap<>();
    /** By UID, what the Secrets were read as: they change seldom, and every reconciliation hands them over. */
    private final Map<String, Read> read = new ConcurrentHashMap<>();
    /** Credentials of each Secret, which all workloads that name it share. Compares Secrets by identity. */
    private final Cache<Secret, Parsed> parsed =
            Caffeine.newBuilder().weakKeys().build();

    /** @param problem why some or all of the Secret can't be used; empty: nothing is wrong with it */
    private record Parsed(List<Credential> credentials, Optional<String> problem) {}

    /**
     * @param secrets by name
     * @param unusable by name, what is wrong with each that can't be used
     */
    private record Read(
            Map<String, Optional<Secret>> secrets, List<Credential> credentials, Map<String, String> unusable) {}

    PullSecrets(ContentWatch contents, ContentHash.Key key, Runtimes runtimes, EventRecorder events) {
        this.contents = contents;
        this.key = key;
        this.runtimes = runtimes;
        this.events = events;
    }

    /**
     * Hands over the credentials before a launch.
     *
     * @param names the runtimes that the workload's replicas may be in
     * @throws Content.Unreadable if the Secrets' content is unknown
     */
    public void hand(Templated workload, Runtimes.Named names) {
        var owner = Owners.of(workload);
        pulls(names).forEach(pulls -> {
            var now = read(owner, contents.followPullSecrets(workload));
            pulls.credentials(owner, now.credentials());
            report(owner, now.unusable());
        });
    }

    @Override
    public void forget(OwnerId owner) {
        reported.remove(owner.uid());
        read.remove(owner.uid());
    }

    private Read read(OwnerId owner, Map<String, Optional<Secret>> secrets) {
        var before = read.get(owner.uid());
        if (before != null && before.secrets().equals(secrets)) {
            return before;
        }
        var unusable = new LinkedHashMap<String, String>();
        var now = new Read(secrets, credentials(secrets, owner, unusable), unusable);
        read.put(owner.uid(), now);
        return now;
    }

    private List<ImagePulls> pulls(Runtimes.Named names) {
        return Stream.of(names.wanted(), names.inUse())
                .distinct()
                .flatMap(name -> runtimes.find(name).stream())
                .flatMap(runtime -> runtime.imageEngine().stream())
                .map(ImageEngine::pulls)
                .toList();
    }

    private List<Credential> credentials(
            Map<String, Optional<Secret>> secrets, OwnerId owner, Map<String, String> unusable) {
        var credentials = new ArrayList<Credential>();
        secrets.forEach((name, secret) -> {
            if (secret.isEmpty()) {
                unusable.put(name, "is not there: create it in namespace " + owner.namespace());
            } else {
                var known = parsed(secret.get());
                credentials.addAll(known.credentials());
                known.problem().ifPresent(problem -> unusable.put(name, problem));
            }
        });
        return credentials.stream()
                .map(credential -> Map.entry(RegistryPattern.of(credential.registry()), credential))
                .sorted(Map.Entry.comparingByKey(RegistryPattern.NARROWEST_FIRST))
                .map(Map.Entry::getValue)
                .toList();
    }

    private Parsed parsed(Secret secret) {
        var known = parsed.getIfPresent(secret);
        if (known != null) {
            return known;
        }
        var now = parse(secret);
        parsed.put(secret, now);
        return now;
    }

    private Parsed parse(Secret secret) {
        var problem = new AtomicReference<String>();
        try {
            var hashed = key.getOrCreate();
            var credentials = RegistrySecret.read(secret, texts -> ContentHash.of(hashed, texts), problem::set);
            return new Parsed(credentials, Optional.ofNullable(problem.get()));
        } catch (RegistrySecret.Malformed wrong) {
            return new Parsed(List.of(), Optional.of(wrong.getMessage()));
        }
    }

    private void report(OwnerId owner, Map<String, String> unusable) {
        if (unusable.isEmpty()) {
            reported.remove(owner.uid());
        } else if (!unusable.equals(reported.put(owner.uid(), unusable))) {
            var why = unusable.entrySet().stream()
                    .map(secret -> "Secret " + secret.getKey() + " " + secret.getValue())
                    .collect(Collectors.joining("; "));
            events.add(new RuntimeEvent(
                    owner,
                    EventRecorder.PULL_SECRET_MISSING,
                    "Images are pulled without some of spec.template.imagePullSecrets",
                    why + ".",
                    true));
        }
    }
}
