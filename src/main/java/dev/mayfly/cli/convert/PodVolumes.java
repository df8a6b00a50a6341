package dev.mayfly.cli.convert;

import dev.mayfly.cli.manifest.ManifestNames;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The volumes that the first container of a Pod mounts. */
final class PodVolumes {
    private static final Set<String> CONTENT = Set.of("name", "secretName", "items", "defaultMode", "optional");

    private final Draft draft;
    private final HostDirectories host;
    private final List<String> claims;
    private final Set<String> mounted = new HashSet<>();
    private final Map<String, Fields> volumes = new LinkedHashMap<>();

    /** @param claims names of the volumes of which each replica has one of its own */
    PodVolumes(Draft draft, Context context, List<String> claims) {
        this.draft = draft;
        host = new HostDirectories(draft, context.namespace());
        this.claims = claims;
    }

    void read(Fields pod, Fields container) {
        for (var value : pod.list("volumes")) {
            var volume = Fields.of("volume", value);
            volumes.put(volume.text("name").orElse(""), volume);
        }
        for (var value : container.list("volumeMounts")) {
            mount(Fields.of(draft.name() + ".volumeMounts", value));
        }
        for (var device : container.list("volumeDevices")) {
            leftOut(
                    "volumeDevice "
                            + Fields.of("volumeDevice", device).text("name").orElse(""),
                    "replicas have no devices",
                    "use a volume with a file system");
        }
    }

    private void mount(Fields given) {
        var name = given.text("name").orElse("");
        var path = given.text("mountPath").orElse("");
        var mount = new LinkedHashMap<String, Object>();
        if (given.flag("readOnly")) {
            mount.put("readOnly", true);
        }
        given.text("subPath").filter(sub -> !sub.isEmpty()).ifPresent(sub -> mount.put("subPath", sub));
        if (given.value("subPathExpr").isPresent()) {
            leftOut("subPathExpr of " + name, "it names the Pod", "use $(MAYFLY_SLOT) or subPath");
        }
        draft.leftOver("volumeMounts." + name, given, "a mount is seen by its replica only", "do without");
        if (claims.contains(name)) {
            if (mount.remove("subPath") != null) {
                leftOut("subPath of " + name, "each slot has a directory of its own in it", "do without");
            }
            mount.put("subPathExpr", "$(MAYFLY_SLOT)");
            var volume = new LinkedHashMap<String, Object>();
            volume.put("name", ManifestNames.label(draft.name() + "-" + name, ManifestNames.MAX_LABEL));
            volume.put("reclaimPolicy", "Retain");
            draft.volume("volume", path, Map.of("dockerVolume", volume), mount);
            return;
        }
        var volume = volumes.get(name);
        if (volume == null) {
            leftOut("mount of " + name, "there is no volume of that name", "add it");
            return;
        }
        if (volume.rest().containsKey("emptyDir") && !mounted.add(name)) {
            leftOut(
                    "mount of " + name + " at " + path,
                    "each mount of an emptyDir would be a directory of its own here",
                    "let the program use one path");
            return;
        }
        source(name, path, volume).ifPresent(source -> draft.volume("volume " + name, path, source, mount));
    }

    /** Empty, with a note, where a replica has no such volume. */
    private Optional<Map<String, Object>> source(String name, String path, Fields volume) {
        for (var entry : volume.rest().entrySet()) {
            var kind = entry.getKey();
            var fields = Fields.of("volume " + name, entry.getValue());
            switch (kind) {
                case "emptyDir" -> {
                    return Optional.of(Map.of(kind, emptyDir(name, fields)));
                }
                case "hostPath" -> {
                    var type = fields.text("type").filter(given -> !given.isEmpty());
                    return host.source(fields.text("path").orElse(""), path)
                            .map(source -> type.map(t -> typed(source, t)).orElse(source));
                }
                case "persistentVolumeClaim" -> {
                    return Optional.of(Map.of(kind, fields.rest()));
                }
                case "configMap", "secret" -> {
                    var content = fields.rest();
                    content.keySet().retainAll(CONTENT);
                    return Optional.of(Map.of(kind, content));
                }
                default -> {
                    leftOut(
                            "volume " + name + " (" + kind + ")",
                            "replicas have no such volume",
                            "use a claim, a dockerVolume, a ConfigMap or a Secret");
                    return Optional.empty();
                }
            }
        }
        return Optional.of(Map.of("emptyDir", Map.of())); // as Kubernetes reads a volume without a source
    }

    private Map<String, Object> emptyDir(String name, Fields fields) {
        var emptyDir = new LinkedHashMap<String, Object>();
        fields.text("medium").filter(medium -> !medium.isEmpty()).ifPresent(medium -> {
            if (medium.equals("Memory")) {
                emptyDir.put("medium", medium);
            } else {
                leftOut("medium " + medium + " of volume " + name, "it is the disk or Memory", "use one of them");
            }
        });
        fields.text("sizeLimit").ifPresent(limit -> emptyDir.put("sizeLimit", limit));
        return emptyDir;
    }

    private static Map<String, Object> typed(Map<String, Object> source, String type) {
        var path = new LinkedHashMap<>(Fields.map("hostPath", source.get("hostPath")));
        path.put("type", type);
        return Map.of("hostPath", path);
    }

    private void leftOut(String what, String why, String instead) {
        draft.notes().leftOut(draft.name(), what, why, instead);
    }
}
