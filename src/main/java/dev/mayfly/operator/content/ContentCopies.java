package dev.mayfly.operator.content;

import static java.net.HttpURLConnection.HTTP_CONFLICT;

import dev.mayfly.api.v1alpha1.EphemeralWorkload;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.api.model.apps.ControllerRevision;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * Immutable copies of the ConfigMaps and Secrets that a revision's replicas read, so that replacements start with the
 * same content. A copy is owned by its ControllerRevision, which lists it, and is garbage-collected with it: the
 * operator needs no permission to delete Secrets.
 */
@ApplicationScoped
public class ContentCopies {
    private final KubernetesClient client;
    private final ContentHash.Key key;

    public ContentCopies(KubernetesClient client, ContentHash.Key key) {
        this.client = client;
        this.key = key;
    }

    /**
     * The ControllerRevision's list of its copies: {@code kind} and {@code name} of the original, name of the
     * {@code copy}.
     */
    public static List<Map<String, String>> index(String revision, Content content) {
        var index = new ArrayList<Map<String, String>>();
        for (var source : content.held().keySet()) {
            var entry = new LinkedHashMap<String, String>();
            entry.put("kind", source.kind().name());
            entry.put("name", source.name());
            entry.put("copy", revision + "-" + index.size());
            index.add(entry);
        }
        return index;
    }

    /**
     * Creates the copies that don't exist yet.
     *
     * @param stored the revision, as the API server has it
     */
    public void write(ControllerRevision stored, Content content) {
        var number = 0;
        for (var entry : content.held().entrySet()) {
            var name = stored.getMetadata().getName() + "-" + number++;
            try {
                client.resource(copy(metadata(stored, name), entry.getKey(), entry.getValue()))
                        .create();
            } catch (KubernetesClientException failed) {
                if (failed.getCode() != HTTP_CONFLICT) { // else an earlier attempt created it
                    throw failed;
                }
            }
        }
    }

    /**
     * The content that the revision's replicas read.
     *
     * @param workload with the spec of that revision
     * @param index as {@link #index} made it; null: the revision refers to no objects
     */
    public Content read(EphemeralWorkload workload, List<?> index) {
        var wanted = ContentReferences.of(workload);
        if (wanted.isEmpty() || index == null) {
            return Content.UNREAD;
        }
        var held = new HashMap<Content.Source, Content.Held>();
        for (var entry : index) {
            var names = (Map<?, ?>) entry;
            var source = new Content.Source(
                    Content.Source.Kind.valueOf((String) names.get("kind")), (String) names.get("name"));
            var copy = copy(workload.getMetadata().getNamespace(), source.kind(), (String) names.get("copy"));
            if (copy != null) {
                held.put(source, Content.Held.of(copy, wanted.getOrDefault(source, ContentReferences.Keys.NONE)));
            }
        }
        return Content.of(held, key.getOrCreate());
    }

    private HasMetadata copy(String namespace, Content.Source.Kind kind, String name) {
        return switch (kind) {
            case ConfigMap ->
                client.configMaps().inNamespace(namespace).withName(name).get();
            case Secret ->
                client.secrets().inNamespace(namespace).withName(name).get();
        };
    }

    private static ObjectMeta metadata(ControllerRevision stored, String name) {
        return new ObjectMetaBuilder()
                .withName(name)
                .withNamespace(stored.getMetadata().getNamespace())
                .withLabels(stored.getMetadata().getLabels())
                .addNewOwnerReference()
                .withApiVersion(stored.getApiVersion())
                .withKind(stored.getKind())
                .withName(stored.getMetadata().getName())
                .withUid(stored.getMetadata().getUid())
                .withController(true)
                .endOwnerReference()
                .build();
    }

    private static HasMetadata copy(ObjectMeta metadata, Content.Source source, Content.Held held) {
        return switch (source.kind()) {
            case ConfigMap ->
                new ConfigMapBuilder()
                        .withMetadata(metadata)
                        .withImmutable(true)
                        .withData(values(held, key -> !held.binary().contains(key), Content.Value::plain))
                        .withBinaryData(values(held, held.binary()::contains, Content.Value::base64))
                        .build();
            case Secret ->
                new SecretBuilder()
                        .withMetadata(metadata)
                        .withImmutable(true)
                        .withData(values(held, key -> true, Content.Value::base64))
                        .build();
        };
    }

    private static Map<String, String> values(
            Content.Held held, Predicate<String> keys, Function<Content.Value, String> written) {
        return held.values().entrySet().stream()
                .filter(entry -> keys.test(entry.getKey()))
                .collect(Collectors.toMap(Map.Entry::getKey, entry -> written.apply(entry.getValue())));
    }
}
