package dev.mayfly.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * An EphemeralWorkload that would run the same process as a container.
 *
 * @param resource the manifest as YAML maps; values equal to the image's or to the defaults are left out
 * @param notes what the manifest does not cover, and what to do about it
 */
record Manifest(Map<String, Object> resource, List<String> notes) {
    private static final int MAX_NAME_LENGTH = 50;

    /** @param taken names of earlier manifests; the new name is added */
    static Manifest of(Scanned container, boolean showEnv, Set<String> taken) {
        var name = Words.unique(Words.label(container.name(), MAX_NAME_LENGTH), MAX_NAME_LENGTH, taken);
        var notes = new ArrayList<String>();
        notes.add("Container " + container.name() + " (" + container.state() + "), as an EphemeralWorkload.");
        var process = ManifestProcess.of(container, name, showEnv, notes);
        var volumes = ManifestVolumes.of(container, name, notes);
        ManifestLosses.note(container, notes);

        var template = new LinkedHashMap<String, Object>(process);
        if (!volumes.isEmpty()) {
            template.put(
                    "volumes",
                    volumes.stream().map(ManifestVolumes.Mounted::volume).toList());
            template.put(
                    "volumeMounts",
                    volumes.stream().map(ManifestVolumes.Mounted::mount).toList());
        }
        var spec = new LinkedHashMap<String, Object>();
        spec.put("replicas", 1);
        // Two replicas at a time would write to the same volume and need the same host port.
        var rollout = new LinkedHashMap<String, Object>();
        rollout.put("maxSurge", 0);
        rollout.put("maxUnavailable", 1);
        spec.put("rollout", rollout);
        spec.put("ephemerality", Map.of("mode", "Enforce"));
        spec.put("template", template);
        var resource = new LinkedHashMap<String, Object>();
        resource.put("apiVersion", "mayfly.dev/v1alpha1");
        resource.put("kind", "EphemeralWorkload");
        resource.put("metadata", Map.of("name", name));
        resource.put("spec", spec);
        return new Manifest(resource, List.copyOf(notes));
    }
}
