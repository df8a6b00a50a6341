package dev.mayfly.operator.revision;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mayfly.core.model.Template;
import dev.mayfly.core.model.Template.Placement;
import dev.mayfly.operator.content.Content.Source;
import java.util.function.Function;

/**
 * Leads what a Pod refers to, ConfigMaps and Secrets, to the copies of its revision: the kubelet reads them when the Pod
 * starts, which may be long after the revision began. Pure.
 */
final class PinnedContent {
    private static final ObjectMapper JSON = new ObjectMapper();

    private PinnedContent() {}

    /**
     * The template with the copies in place of all objects; as it was if its replicas are no Pods.
     *
     * @param copies the name of an object's copy. An optional object that did not exist has none of that name, so that
     *     replicas of the revision never see it
     */
    static Template of(Template template, Function<Source, String> copies) {
        if (!template.placement().inPods()) {
            return template;
        }
        try {
            var spec = JSON.readTree(template.placement().podSpec());
            for (var container : spec.path("containers")) {
                container.path("env").forEach(variable -> {
                    lead(variable.at("/valueFrom/configMapKeyRef"), "name", Source::configMap, copies);
                    lead(variable.at("/valueFrom/secretKeyRef"), "name", Source::secret, copies);
                });
                container.path("envFrom").forEach(from -> {
                    lead(from.path("configMapRef"), "name", Source::configMap, copies);
                    lead(from.path("secretRef"), "name", Source::secret, copies);
                });
            }
            spec.path("volumes").forEach(volume -> {
                lead(volume.path("configMap"), "name", Source::configMap, copies);
                lead(volume.path("secret"), "secretName", Source::secret, copies);
            });
            return template.withPlacement(new Placement(template.placement().runtime(), JSON.writeValueAsString(spec)));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("the operator wrote it itself", e);
        }
    }

    private static void lead(
            JsonNode reference, String field, Function<String, Source> source, Function<Source, String> copies) {
        if (reference instanceof ObjectNode object && object.path(field).isTextual()) {
            object.put(field, copies.apply(source.apply(object.path(field).asText())));
        }
    }
}
