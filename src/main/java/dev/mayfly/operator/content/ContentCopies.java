package dev.mayfly.operator.content;

import static java.net.HttpURLConnection.HTTP_CONFLICT;

import dev.mayfly.api.v1alpha1.EphemeralWorkload;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * Immutable copies of the ConfigMaps and Secrets that a revision's replicas read, so that replacements start with the
 * same content. A copy is owned by its ControllerRevision, which lists it, or by its task, and is garbage-collected with
 * its owner: the operator needs no permission to delete Secrets.
 */
@ApplicationScoped
public class ContentCopies {
    private static final int HEX_DIGITS = 10;

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
            entry.put("copy", name(revision, source));
            index.add(entry);
        }
        return index;
    }

    /**
     * Name of the copy of that object which a revision has, if the object existed.
     *
     * @param revision name of its ControllerRevision, or what a task has in its place
     */
    public static String name(String revision, Content.Source source) {
        try {
            var hash = MessageDigest.getInstance("SHA-256")
                    .digest(source.toString().getBytes(StandardCharsets.UTF_8));
            return revision + "-" + HexFormat.of().formatHex(hash).substring(0, HEX_DIGITS);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256", e);
        }
    }

    /** The names of the copies. @param index as {@link #index} of any version of the operator made it */
    public static Map<Content.Source, String> names(List<?> index) {
        var names = new HashMap<Content.Source, String>();
        index.forEach(entry -> names.put(source((Map<?, ?>) entry), copy((Map<?, ?>) entry)));
        return names;
    }

    private static Content.Source source(Map<?, ?> entry) {
        return new Content.Source(Content.Source.Kind.valueOf((String) entry.get("kind")), (String) entry.get("name"));
    }

    private static String copy(Map<?, ?> entry) {
        return (String) entry.get("copy");
    }

    /**
     * Creates the copies that don't exist yet.
     *
     * @param owner as the API server has it
     * @param revision as {@link #name} takes it
     * @param labels of each copy
     */
    public void write(HasMetadata owner, String revision, Map<String, String> labels, Content content) {
        for (var entry : content.held().entrySet()) {
            var metadata = metadata(owner, name(revision, entry.getKey()), labels);
            try {
                client.resource(copy(metadata, entry.getKey(), entry.getValue()))
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
        names(index).forEach((source, name) -> {
            var copy = copy(workload.getMetadata().getNamespace(), source.kind(), name);
            if (copy != null) {
                held.put(source, Content.Held.of(copy, wanted.getOrDefault(source, ContentReferences.Keys.NONE)));
            }
        });
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

    private static ObjectMeta metadata(HasMetadata owner, String name, Map<String, String> labels) {
        return new ObjectMetaBuilder()
                .withName(name)
                .withNamespace(owner.getMetadata().getNamespace())
                .withLabels(labels)
                .addNewOwnerReference()
                .withApiVersion(owner.getApiVersion())
                .withKind(owner.getKind())
                .withName(owner.getMetadata().getName())
                .withUid(owner.getMetadata().getUid())
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
