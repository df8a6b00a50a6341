package dev.mayfly.operator.spec;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import dev.mayfly.api.v1alpha1.Volume;
import dev.mayfly.api.v1alpha1.WorkloadTemplate;
import dev.mayfly.core.model.Template.Placement;
import dev.mayfly.operator.cluster.Lists;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Reads where replicas run. */
final class SpecPlacement {
    /** The runtime whose replicas are Pods. */
    static final String PODS = "Pods";

    private static final ObjectMapper JSON =
            new ObjectMapper().configure(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS, true);

    private SpecPlacement() {}

    static Placement read(WorkloadTemplate template, String runtime) {
        return runtime.equals(PODS) ? new Placement(runtime, podSpec(template)) : Placement.in(runtime);
    }

    /** The API's fields have the names and forms of core/v1, so they are passed on as they are. */
    private static String podSpec(WorkloadTemplate template) {
        var spec = new TreeMap<String, Object>();
        put(spec, "nodeSelector", template.nodeSelector());
        put(spec, "affinity", template.affinity());
        put(spec, "tolerations", template.tolerations());
        put(spec, "topologySpreadConstraints", template.topologySpreadConstraints());
        put(spec, "priorityClassName", template.priorityClassName());
        put(spec, "serviceAccountName", template.serviceAccountName());
        put(spec, "imagePullSecrets", template.imagePullSecrets());
        put(spec, "volumes", files(template).toList());
        var container = new TreeMap<String, Object>(Map.of("name", "replica"));
        put(container, "env", template.env());
        put(container, "envFrom", template.envFrom());
        put(container, "ports", template.ports());
        spec.put("containers", List.of(container));
        try {
            return JSON.writeValueAsString(JSON.convertValue(spec, Object.class));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Stream<Volume> files(WorkloadTemplate template) {
        return Lists.orEmpty(template.volumes()).stream()
                .filter(volume -> volume.configMap() != null || volume.secret() != null);
    }

    private static void put(Map<String, Object> spec, String field, Object value) {
        JsonNode tree = JSON.valueToTree(value);
        if (!tree.isNull() && !(tree.isContainerNode() && tree.isEmpty())) {
            spec.put(field, tree);
        }
    }
}
