package dev.mayfly.operator.spec;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mayfly.api.v1alpha1.Templated;
import dev.mayfly.api.v1alpha1.WorkloadTemplate;
import dev.mayfly.api.v1alpha1.WorkloadTemplateBuilder;
import dev.mayfly.core.model.Ephemerality;
import dev.mayfly.core.model.Ephemerality.Mode;
import io.fabric8.kubernetes.api.model.Quantity;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Computes the name of a revision. Templates of equal meaning have equal names: a default counts as absent whether the
 * user, the API server or neither wrote it, so that a field added by a later version changes no revision.
 */
public final class SpecRevision {
    private static final ObjectMapper JSON =
            new ObjectMapper().configure(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS, true);

    private static final int HEX_DIGITS = 10;

    private SpecRevision() {}

    /** @param content hash over the content that the template uses from other objects; empty: it uses none */
    public static String of(WorkloadTemplate template, String runtime, Ephemerality ephemerality, String content) {
        var canonical = new TreeMap<String, Object>(Map.of(
                "template", canonical(template),
                "runtime", runtime,
                "mode", ephemerality.mode().name()));
        if (ephemerality.scratchGiven() && ephemerality.mode() != Mode.Off) {
            canonical.put("scratch", ephemerality.scratch());
        }
        if (ephemerality.coverVolumes()) {
            canonical.put("uncoveredVolumes", "Scratch");
        }
        if (!content.isEmpty()) {
            canonical.put("content", content);
        }
        try {
            return hash(JSON.writeValueAsString(JSON.convertValue(canonical, Object.class)));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The revision of the same meaning with a different image than its reference resolved to at first. */
    public static String of(String meaning, String digest) {
        return hash(meaning + "@" + digest);
    }

    /**
     * The name of a revision that can't be honored, so that its meaning is not known: a hash over its text. No replica
     * ever has it.
     */
    public static String ofText(Templated resource) {
        var text = new TreeMap<String, JsonNode>();
        text.put("refused", JSON.valueToTree(resource.template()));
        text.put("ephemerality", JSON.valueToTree(resource.ephemerality()));
        text.put("runtime", JSON.valueToTree(resource.runtime()));
        try {
            return hash(JSON.writeValueAsString(JSON.convertValue(text, Object.class)));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String hash(String text) {
        try {
            var hash = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash).substring(0, HEX_DIGITS);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256", e);
        }
    }

    private static JsonNode canonical(WorkloadTemplate template) {
        ObjectNode tree = JSON.valueToTree(template);
        tree.remove("imagePullSecrets"); // pull credentials don't change what runs
        drop(tree, "network", "Namespace");
        drop(tree, "terminationGracePeriodSeconds", "30");
        drop(tree, "imagePullPolicy", defaultPullPolicy(template));
        drop(tree, "outputPolicy", "None");
        drop(tree, "stdin", "false");
        drop(tree, "stdinOnce", "false");
        drop(tree, "tty", "false");
        drop(tree.path("securityContext"), "runAsNonRoot", "false");
        tree.path("env").forEach(variable -> {
            drop(variable, "value", "");
            drop(variable.at("/valueFrom/secretKeyRef"), "optional", "false");
            drop(variable.at("/valueFrom/configMapKeyRef"), "optional", "false");
        });
        tree.path("envFrom").forEach(from -> {
            drop(from, "prefix", "");
            drop(from.path("secretRef"), "optional", "false");
            drop(from.path("configMapRef"), "optional", "false");
        });
        tree.path("ports").forEach(port -> drop(port, "protocol", "TCP"));
        tree.path("volumeMounts").forEach(mount -> drop(mount, "readOnly", "false"));
        for (var volume : tree.path("volumes")) {
            drop(volume.path("dockerVolume"), "reclaimPolicy", "Retain");
            drop(volume.path("dockerVolume"), "driver", "local");
            if (volume.path("dockerVolume").path("options").isEmpty()) {
                drop(volume.path("dockerVolume"), "options", "");
            }
            drop(volume.path("persistentVolumeClaim"), "readOnly", "false");
            quantity(volume.path("emptyDir"), "sizeLimit");
            for (var source : List.of(volume.path("configMap"), volume.path("secret"))) {
                drop(source, "defaultMode", "420"); // 0644
                drop(source, "optional", "false");
            }
        }
        resources(
                tree.path("resources").path("requests"), tree.path("resources").path("limits"));
        for (var probe : List.of("startupProbe", "readinessProbe", "livenessProbe")) {
            probe(tree.path(probe));
        }
        prune(tree, List.of("securityContext", "resources", "metadata", "lifecycle"));
        return tree;
    }

    private static void probe(JsonNode probe) {
        drop(probe, "initialDelaySeconds", "0");
        drop(probe, "periodSeconds", "10");
        drop(probe, "timeoutSeconds", "1");
        drop(probe, "successThreshold", "1");
        drop(probe, "failureThreshold", "3");
        var get = probe.path("httpGet");
        drop(get, "path", "/");
        drop(get, "scheme", "HTTP");
        if (get.path("httpHeaders").isEmpty()) {
            drop(get, "httpHeaders", "");
        }
    }

    private static String defaultPullPolicy(WorkloadTemplate template) {
        var silent = WorkloadTemplateBuilder.builder().image(template.image()).build();
        return SpecTemplate.pullPolicy(silent).name();
    }

    private static void resources(JsonNode requests, JsonNode limits) {
        for (var resource : List.of("cpu", "memory")) {
            quantity(requests, resource);
            quantity(limits, resource);
            drop(requests, resource, limits.path(resource).asText());
        }
    }

    private static void quantity(JsonNode node, String field) {
        if (node.hasNonNull(field)) {
            var amount = SpecResources.amount(new Quantity(node.get(field).asText()));
            ((ObjectNode) node).put(field, amount.stripTrailingZeros().toPlainString());
        }
    }

    private static void drop(JsonNode node, String field, String byDefault) {
        if (node.has(field) && node.get(field).asText().equals(byDefault)) {
            ((ObjectNode) node).remove(field);
        }
    }

    /** Removes empty values: lists at the top level and inside {@code objects}, then empty {@code objects}. */
    private static void prune(ObjectNode tree, List<String> objects) {
        for (var name : objects) {
            if (tree.path(name) instanceof ObjectNode object) {
                object.properties().forEach(entry -> {
                    if (entry.getValue() instanceof ObjectNode inner) {
                        inner.properties()
                                .removeIf(child -> child.getValue().isArray()
                                        && child.getValue().isEmpty());
                    }
                });
                object.properties()
                        .removeIf(entry -> entry.getValue().isContainerNode()
                                && entry.getValue().isEmpty());
            }
        }
        tree.properties()
                .removeIf(entry ->
                        entry.getValue().isContainerNode() && entry.getValue().isEmpty());
    }
}
