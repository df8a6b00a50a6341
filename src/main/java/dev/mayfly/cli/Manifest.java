package dev.mayfly.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * An EphemeralWorkload that would run a container.
 *
 * @param resource as in YAML; absent where nothing differs from the image or from the defaults
 * @param notes what the manifest could not take over, and what to do about it
 */
record Manifest(Map<String, Object> resource, List<String> notes) {
    private static final int LONGEST_NAME = 50;

    /** @param taken names of manifests made before; the new one's is added */
    static Manifest of(Scanned container, boolean showEnv, Set<String> taken) {
        var name = Words.unique(Words.label(container.name(), LONGEST_NAME), LONGEST_NAME, taken);
        var notes = new ArrayList<String>();
        notes.add("Container " + container.name() + " (" + container.state() + "), as an EphemeralWorkload.");
        var process = ManifestProcess.of(container, name, showEnv, notes);
        var homes = ManifestVolumes.of(container, name, notes);
        ManifestLosses.note(container, notes);

        var template = new LinkedHashMap<String, Object>(process);
        if (!homes.isEmpty()) {
            template.put(
                    "volumes", homes.stream().map(ManifestVolumes.Home::volume).toList());
            template.put(
                    "volumeMounts",
                    homes.stream().map(ManifestVolumes.Home::mount).toList());
        }
        var spec = new LinkedHashMap<String, Object>();
        spec.put("replicas", 1);
        // Two at a time would write to one volume, and want one port of the host.
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
