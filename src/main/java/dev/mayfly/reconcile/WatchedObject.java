package dev.mayfly.reconcile;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;

/** One ConfigMap or Secret, watched by its name. What it last held is known also while the API server is silent. */
final class WatchedObject implements AutoCloseable {
    /** A first look takes milliseconds; an API server that takes longer is asked again later. */
    private static final int PATIENCE_SECONDS = 3;

    private final ContentSource source;
    private final String namespace;
    private final SharedIndexInformer<? extends HasMetadata> informer;
    /** Done with the first answer, good or bad. */
    private final CompletableFuture<Void> answered = new CompletableFuture<>();

    private volatile String trouble = "the API server does not answer";

    /** @param changed called at each change, from a thread that it must not hold up */
    WatchedObject(KubernetesClient client, String namespace, ContentSource source, Runnable changed) {
        this.source = source;
        this.namespace = namespace;
        this.informer = switch (source.kind()) {
            case ConfigMap -> watch(client.configMaps().inNamespace(namespace).withName(source.name()), changed);
            case Secret -> watch(client.secrets().inNamespace(namespace).withName(source.name()), changed);
        };
        informer.start().whenComplete((started, failure) -> answered.complete(null));
    }

    private <T extends HasMetadata> SharedIndexInformer<T> watch(Resource<T> named, Runnable changed) {
        return named.runnableInformer(0)
                .addEventHandler(new ResourceEventHandler<T>() {
                    @Override
                    public void onAdd(T object) {
                        changed.run();
                    }

                    @Override
                    public void onUpdate(T before, T now) {
                        changed.run();
                    }

                    @Override
                    public void onDelete(T object, boolean finalStateUnknown) {
                        changed.run();
                    }
                })
                .exceptionHandler((started, failure) -> {
                    trouble = String.valueOf(failure.getMessage());
                    answered.complete(null);
                    return true; // try again
                });
    }

    /**
     * What it holds; empty where it is not there.
     *
     * @param taken keys that are wanted of it
     * @throws ContentUnread where that was never known
     */
    Optional<Content.Held> held(Predicate<String> taken) {
        return object().map(object -> held(object, taken));
    }

    /** A ConfigMap or Secret; empty where it is not there. @throws ContentUnread where that was never known */
    Optional<HasMetadata> object() {
        try {
            answered.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException | ExecutionException silent) {
            throw ContentUnread.of(source, namespace, trouble);
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
            throw ContentUnread.of(source, namespace, "the operator is stopping");
        }
        if (!informer.hasSynced()) {
            throw ContentUnread.of(source, namespace, trouble);
        }
        return informer.getStore().list().stream().findFirst().map(HasMetadata.class::cast);
    }

    /** @param object a ConfigMap or Secret */
    static Content.Held held(HasMetadata object, Predicate<String> taken) {
        var values = new HashMap<String, byte[]>();
        var binary = Set.<String>of();
        if (object instanceof Secret secret) {
            decode(secret.getData(), taken, values);
        } else if (object instanceof ConfigMap map) {
            decode(map.getBinaryData(), taken, values);
            binary = Set.copyOf(values.keySet());
            text(map.getData(), taken, values);
        }
        return new Content.Held(Map.copyOf(values), binary);
    }

    private static void decode(Map<String, String> base64, Predicate<String> taken, Map<String, byte[]> into) {
        if (base64 != null) {
            base64.forEach((key, value) -> {
                if (taken.test(key)) {
                    into.put(key, Base64.getDecoder().decode(value));
                }
            });
        }
    }

    private static void text(Map<String, String> texts, Predicate<String> taken, Map<String, byte[]> into) {
        if (texts != null) {
            texts.forEach((key, value) -> {
                if (taken.test(key)) {
                    into.put(key, value.getBytes(java.nio.charset.StandardCharsets.UTF_8));
                }
            });
        }
    }

    @Override
    public void close() {
        informer.close();
    }
}
