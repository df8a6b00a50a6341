package dev.mayfly.cli.convert;

import dev.mayfly.cli.manifest.ManifestNames;
import dev.mayfly.core.model.Text;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Volumes, tmpfs, configs and secrets of a service. */
final class ComposeMounts {
    private static final int MAX_MODE = 0777;
    private static final String ALIKE = "every volume of its kind is mounted alike";
    private static final String HOST = "do without, or set it on the host";

    private final Draft draft;
    private final ComposeFile file;
    private final HostDirectories host;

    ComposeMounts(Draft draft, ComposeFile file) {
        this.draft = draft;
        this.file = file;
        host = new HostDirectories(draft, file.context().namespace());
    }

    void read(Fields fields) {
        for (var volume : fields.list("volumes")) {
            if (volume instanceof Map) {
                written(Fields.of(fields.at() + ".volumes", volume));
            } else {
                shortly(Fields.text(fields.at() + ".volumes", volume));
            }
        }
        fields.texts("tmpfs").forEach(this::tmpfs);
        for (var section : List.of("configs", "secrets")) {
            for (var value : fields.list(section)) {
                content(
                        section,
                        value instanceof Map
                                ? Fields.of(fields.at() + "." + section, value)
                                : Fields.of(
                                        section, Map.of("source", Fields.text(fields.at() + "." + section, value))));
            }
        }
    }

    /** {@code [SOURCE:]TARGET[:OPTIONS]}. */
    private void shortly(String text) {
        var parts = text.split(":", 3);
        if (parts.length == 1) {
            anonymous(text);
            return;
        }
        var options = new LinkedHashSet<>(parts.length > 2 ? Arrays.asList(parts[2].split(",")) : List.<String>of());
        mount(parts[0], parts[1], options.remove("ro"));
        options(options, "volume at " + parts[1]);
    }

    /** Notes those that are left. */
    private void options(Set<String> options, String where) {
        options.removeAll(Set.of("rw", ""));
        options.forEach(
                option -> draft.notes().leftOut(draft.name(), "option " + option + " of " + where, ALIKE, HOST));
    }

    private void written(Fields volume) {
        var type = volume.text("type").orElse("volume");
        var source = volume.text("source");
        var target = volume.text("target").orElse("");
        var readOnly = volume.flag("read_only");
        var memory = volume.fields("tmpfs").orElse(Fields.of("tmpfs", Map.of()));
        switch (type) {
            case "bind" -> bind(source.orElse(""), target, readOnly);
            case "volume" -> source.ifPresentOrElse(named -> named(named, target, readOnly), () -> anonymous(target));
            case "tmpfs" -> memory(target, memory.text("size"));
            default ->
                draft.notes()
                        .leftOut(
                                draft.name(),
                                type + " at " + target,
                                "Mayfly mounts none",
                                "use another kind of volume");
        }
        var bind = volume.fields("bind").orElse(Fields.of("bind", Map.of()));
        bind.value("create_host_path"); // a note of the mount says who makes the directory
        var where = "volumes." + target;
        draft.leftOver(where + ".bind", bind, ALIKE, HOST);
        volume.fields("volume").ifPresent(named -> draft.leftOver(where + ".volume", named, ALIKE, HOST));
        draft.leftOver(where + ".tmpfs", memory, ALIKE, HOST);
        draft.leftOver(where, volume, ALIKE, HOST);
    }

    private void mount(String source, String target, boolean readOnly) {
        if (source.startsWith("/") || source.startsWith(".") || source.startsWith("~")) {
            bind(source, target, readOnly);
        } else {
            named(source, target, readOnly);
        }
    }

    private void bind(String source, String target, boolean readOnly) {
        host.source(source, target).ifPresent(volume -> draft.volume("mount", target, volume, readOnly(readOnly)));
    }

    private void named(String name, String target, boolean readOnly) {
        var defined = file.defined("volumes", name);
        var given = defined.text("name").orElse(name);
        if (defined.flag("external")) {
            draft.notes()
                    .changed(
                            draft.name(),
                            "external volume " + given + " is a new one",
                            "Docker volumes belong to their namespace now",
                            "copy its content over when it is there (docker volume ls)");
        }
        if (!defined.text("driver").orElse("local").equals("local")
                || defined.value("driver_opts").isPresent()) {
            draft.notes()
                    .leftOut(
                            draft.name(),
                            "driver and driver_opts of volume " + name,
                            "the operator's configuration says which are allowed",
                            "add dockerVolume.driver and options if yours are");
        }
        draft.leftOver("volume " + name, defined, "a dockerVolume has nothing like it", "do without");
        docker(ManifestNames.label(given, ManifestNames.MAX_LABEL), "Retain", target, readOnly);
    }

    /** It goes with the workload, as the engine's own went with the container. */
    private void anonymous(String target) {
        docker(ManifestNames.label(draft.name() + "-" + target, ManifestNames.MAX_LABEL), "Delete", target, false);
    }

    private void docker(String name, String reclaimPolicy, String target, boolean readOnly) {
        var volume = new LinkedHashMap<String, Object>();
        volume.put("name", name);
        volume.put("reclaimPolicy", reclaimPolicy);
        draft.volume("volume", target, Map.of("dockerVolume", volume), readOnly(readOnly));
    }

    /** {@code PATH[:size=64m,mode=1777]}. */
    private void tmpfs(String text) {
        var parts = text.split(":", 2);
        var options = new LinkedHashSet<>(parts.length > 1 ? Arrays.asList(parts[1].split(",")) : List.<String>of());
        var size = options.stream().filter(option -> option.startsWith("size=")).findFirst();
        size.ifPresent(options::remove);
        memory(parts[0], size.map(option -> option.substring("size=".length())));
        options(options, "tmpfs at " + parts[0]);
    }

    private void memory(String target, Optional<String> size) {
        var emptyDir = new LinkedHashMap<String, Object>();
        emptyDir.put("medium", "Memory");
        var limit = size.flatMap(Quantities::size);
        limit.ifPresent(quantity -> emptyDir.put("sizeLimit", quantity));
        size.filter(text -> limit.isEmpty())
                .ifPresent(text -> draft.notes()
                        .leftOut(
                                draft.name(),
                                "size " + text + " of tmpfs at " + target,
                                "it is none",
                                "write it as 64m"));
        draft.volume("tmpfs", target, Map.of("emptyDir", emptyDir), Map.of());
    }

    /** A file of a ConfigMap or Secret that the user makes. */
    private void content(String section, Fields use) {
        var secret = section.equals("secrets");
        var source = use.text("source").orElse("");
        var target = use.text("target").orElse(source);
        var path = target.startsWith("/") ? target : (secret ? "/run/secrets/" : "/") + target;
        var name = ManifestNames.label(source, ManifestNames.MAX_LABEL);
        var defined = file.defined(section, source);
        var from = defined.text("file")
                .map(at -> "--from-file=" + name + "=" + at)
                .orElse("--from-literal=" + name + "=…");
        draft.notes()
                .changed(
                        draft.name(),
                        (secret ? "secret " : "config ") + source + " is a " + (secret ? "Secret" : "ConfigMap"),
                        "its content is not part of the manifest",
                        "make it: kubectl create " + (secret ? "secret generic " : "configmap ") + name + " " + from);
        var volume = new LinkedHashMap<String, Object>();
        volume.put(secret ? "secretName" : "name", name);
        use.text("mode")
                .map(mode -> Text.isNumber(mode, 4) ? Integer.parseInt(mode, mode.startsWith("0") ? 8 : 10) : 0)
                .filter(mode -> mode > 0 && mode <= MAX_MODE)
                .ifPresent(mode -> volume.put("defaultMode", mode));
        draft.leftOver(section + "." + source, use, "the replica's user owns it", "set mode, or do without");
        var mount = new LinkedHashMap<String, Object>();
        mount.put("subPath", name);
        mount.put("readOnly", true);
        draft.volume(secret ? "secret" : "config", path, Map.of(secret ? "secret" : "configMap", volume), mount);
    }

    private static Map<String, Object> readOnly(boolean readOnly) {
        return readOnly ? Map.of("readOnly", true) : Map.of();
    }
}
