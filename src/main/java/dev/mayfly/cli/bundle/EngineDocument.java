package dev.mayfly.cli.bundle;

import com.github.dockerjava.api.model.Container;
import dev.mayfly.cli.EngineReader;
import dev.mayfly.runtime.Ownership;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** An engine's description of itself and of Mayfly's containers; neither commands, nor variables, nor proxies and registries. */
final class EngineDocument {
    /** Labels by which a container's owner is found. */
    private static final List<String> LABELS =
            List.of("cluster", "namespace", "kind", "name", "slot", "attempt", "revision");
    /** Containers. */
    private static final int MOST = 2_000;

    private EngineDocument() {}

    static Map<String, Object> of(EngineReader engine) {
        var containers = engine.labelled(Ownership.CLUSTER);
        var document = new LinkedHashMap<String, Object>(engine.description());
        document.put(
                "containersByState",
                new TreeMap<>(containers.stream()
                        .collect(Collectors.groupingBy(Container::getState, Collectors.counting()))));
        document.put(
                "containers",
                containers.stream().limit(MOST).map(EngineDocument::container).toList());
        return document;
    }

    private static Map<String, Object> container(Container container) {
        var fields = new LinkedHashMap<String, Object>();
        fields.put("id", container.getId());
        fields.put("image", container.getImage());
        fields.put("state", container.getState());
        fields.put("status", container.getStatus());
        fields.put("created", container.getCreated());
        for (var label : LABELS) {
            fields.put(label, container.getLabels().get(Ownership.PREFIX + label));
        }
        return fields;
    }
}
