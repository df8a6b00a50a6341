package dev.mayfly.runtime.pods;

import com.github.benmanes.caffeine.cache.AsyncCache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import dev.mayfly.core.audit.DeclaredVolumes;
import dev.mayfly.core.image.Credential;
import dev.mayfly.core.model.Failure;
import dev.mayfly.core.model.Launch;
import dev.mayfly.fair.FairExecutor;
import dev.mayfly.runtime.ImageName;
import dev.mayfly.runtime.RegistryPattern;
import dev.mayfly.runtime.registry.ImageRegistry;
import dev.mayfly.runtime.registry.ImageRegistry.Unreadable;
import dev.mayfly.runtime.registry.RegistrySecret;
import dev.mayfly.runtime.registry.RegistrySecret.Malformed;
import io.fabric8.kubernetes.api.model.LocalObjectReference;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.stream.Stream;

/**
 * VOLUMEs as the configuration of the image in its registry declares them, read with the {@code imagePullSecrets} of the
 * template. Read once for each namespace and reference, and again after a while: a tag may have moved.
 */
final class ReadVolumes implements ImageVolumes {
    /** How long an answer counts. */
    private static final Duration KEPT = Duration.ofMinutes(10);

    /** Limit of all answers that are kept, in characters. */
    private static final int MOST_KEPT = 4 << 20;
    /** Memory of an answer or a text besides its characters. */
    private static final int OVERHEAD = 64;

    /** Requests to registries at a time. */
    private static final int AT_ONCE = 4;
    /** After a registry did not answer. */
    private static final Duration RETRY = Duration.ofSeconds(30);

    private static final int MOST_LOGINS = 8;

    private final ImageRegistry registry;
    private final PodApi api;
    private final PodBody body;
    private final FairExecutor threads = new FairExecutor("registry", AT_ONCE);
    private final AsyncCache<Key, Declared> known = Caffeine.newBuilder()
            .expireAfter(Expiry.<Key, Declared>creating(
                    (key, declared) -> declared.unreadable().isEmpty() ? KEPT : RETRY))
            .maximumWeight(MOST_KEPT)
            .weigher(ReadVolumes::weight)
            .executor(Runnable::run)
            .buildAsync();

    /** @param secrets names of the template's pull Secrets */
    private record Key(String namespace, String reference, List<String> secrets) {}

    /** @param unreadable why they are not known; empty: they are */
    private record Declared(Set<String> volumes, String unreadable) {}

    ReadVolumes(ImageRegistry registry, PodApi api, PodBody body) {
        this.registry = registry;
        this.api = api;
        this.body = body;
    }

    private static int weight(Key key, Declared declared) {
        var texts = Stream.of(key.secrets(), declared.volumes()).flatMap(Collection::stream);
        return OVERHEAD
                + key.namespace().length()
                + key.reference().length()
                + declared.unreadable().length()
                + texts.mapToInt(text -> text.length() + OVERHEAD).sum();
    }

    @Override
    public CompletionStage<Found> of(Launch launch) {
        var key = new Key(
                launch.id().owner().namespace(),
                launch.template().image().reference(),
                body.given(launch).getImagePullSecrets().stream()
                        .map(LocalObjectReference::getName)
                        .toList());
        return known.get(key, (missing, executor) -> read(launch, missing))
                .thenApply(declared -> found(launch, declared));
    }

    private Found found(Launch launch, Declared declared) {
        if (!declared.unreadable().isEmpty()) {
            return Found.unreadable(
                    new Failure(
                            Failure.NOT_INSPECTED,
                            "The configuration of image "
                                    + launch.template().image().reference()
                                    + " can't be read from its registry, because " + declared.unreadable()
                                    + ". So which VOLUMEs it declares is not known, and no replica is started. An"
                                    + " administrator can turn this check off with mayfly.runtime.pods-images-checked."),
                    RETRY);
        }
        var uncovered = DeclaredVolumes.uncovered(launch.template(), declared.volumes());
        return DeclaredVolumes.refusal(launch.id().owner(), launch.template(), uncovered)
                .map(Found::refused)
                .orElseGet(() -> new Found(Optional.empty(), Optional.empty(), uncovered));
    }

    private CompletableFuture<Declared> read(Launch launch, Key key) {
        var declared = new CompletableFuture<Declared>();
        try {
            threads.execute(launch.id().owner(), () -> {
                try {
                    declared.complete(read(key));
                } catch (Error defect) { // else the answer would be waited for as long as the operator runs
                    declared.completeExceptionally(defect);
                    throw defect;
                }
            });
        } catch (RejectedExecutionException closed) {
            declared.completeExceptionally(closed);
        }
        return declared;
    }

    private Declared read(Key key) {
        try {
            return new Declared(registry.volumes(key.reference(), logins(key)), "");
        } catch (Unreadable unreadable) {
            return new Declared(Set.of(), unreadable.getMessage());
        } catch (RuntimeException silence) {
            return new Declared(Set.of(), "the API server does not show its imagePullSecrets");
        }
    }

    /** @throws KubernetesClientException if the API server does not answer */
    private List<Credential> logins(Key key) {
        var repository = ImageName.fullRepository(key.reference());
        var logins = new ArrayList<Credential>();
        for (var name : key.secrets()) {
            api.secret(key.namespace(), name).stream()
                    .flatMap(secret -> credentials(secret).stream())
                    .filter(credential ->
                            RegistryPattern.of(credential.registry()).matches(repository))
                    .forEach(logins::add);
        }
        return logins.stream().limit(MOST_LOGINS).toList();
    }

    private static List<Credential> credentials(Secret secret) {
        try {
            return RegistrySecret.read(secret, texts -> "", problem -> {});
        } catch (Malformed unusable) {
            return List.of(); // the kubelet tries without it as well
        }
    }

    @Override
    public void close() {
        threads.close();
        registry.close();
    }
}
