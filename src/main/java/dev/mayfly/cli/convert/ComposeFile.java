package dev.mayfly.cli.convert;

import dev.mayfly.cli.Complaint.Refusal;
import dev.mayfly.cli.Printable;
import dev.mayfly.cli.manifest.ManifestNames;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A Compose file (github.com/compose-spec/compose-spec): each service becomes a workload, or a task where it clearly
 * ends. No Java library reads the specification as it is today, so the documents' types are checked here, field by
 * field.
 */
final class ComposeFile {
    private final Context context;
    private final Fields volumes;
    private final Fields configs;
    private final Fields secrets;

    private ComposeFile(Context context, Fields file) {
        this.context = context;
        volumes = section(file, "volumes");
        configs = section(file, "configs");
        secrets = section(file, "secrets");
    }

    /** Of a command, whose words a shell has completed: a {@code $} in it is plain text. */
    static List<Map<String, Object>> convertCommand(Map<String, Object> document, Context context) {
        return convert(Fields.of("docker run", document), context);
    }

    /** @throws Refusal if it is no Compose file, or uses what names other files */
    static List<Map<String, Object>> convert(Map<String, Object> document, Context context) {
        var variables = new HashMap<String, String>();
        context.directory().flatMap(at -> EnvFiles.read(at, ".env")).ifPresent(variables::putAll);
        variables.putAll(context.variables());
        var interpolation = new Interpolation(variables);
        var file = Fields.of("the file", interpolation.in(document));
        interpolation
                .unset()
                .forEach(name -> context.notes()
                        .changed(
                                "compose",
                                "variable " + name + " is empty",
                                "it has no value",
                                "give it with -e " + name + "=VALUE"));
        return convert(file, context);
    }

    private static List<Map<String, Object>> convert(Fields file, Context context) {
        List.of("version", "name").forEach(file::value);
        if (file.value("include").isPresent()) {
            throw merged("include");
        }
        file.value("networks")
                .ifPresent(networks -> context.notes()
                        .leftOut(
                                "compose",
                                "networks",
                                "all workloads of a namespace are in one network, where a workload's name resolves to"
                                        + " its replicas",
                                "to keep some apart, apply them in another namespace"));
        var compose = new ComposeFile(context, file);
        var services =
                compose.services(Fields.map("services", file.value("services").orElse(Map.of())));
        file.rest().keySet().stream()
                .filter(key -> !key.startsWith("x-"))
                .forEach(key -> context.notes()
                        .leftOut(
                                "compose",
                                key,
                                "Mayfly has nothing like it",
                                "nothing is needed in its place, or correct it"));
        return services;
    }

    private List<Map<String, Object>> services(Map<String, Object> services) {
        var ending = ending(services);
        var names = new HashSet<String>();
        var resources = new ArrayList<Map<String, Object>>();
        services.forEach((service, value) -> {
            var fields = Fields.of("services." + service, value);
            if (fields.value("extends").isPresent()) {
                throw merged(fields.at() + ".extends");
            }
            var profiles = fields.texts("profiles");
            if (!profiles.isEmpty() && profiles.stream().noneMatch(context.profiles()::contains)) {
                context.notes()
                        .leftOut(
                                service,
                                "all of it",
                                "its profile " + profiles.getFirst() + " is not active",
                                "convert it with --profile " + profiles.getFirst());
                return;
            }
            convert(service, fields, ending.contains(service), names).ifPresent(resources::add);
        });
        return resources;
    }

    /** @param names those taken; the new one is added */
    private Optional<Map<String, Object>> convert(String service, Fields fields, boolean ends, Set<String> names) {
        var label = ManifestNames.label(service, ManifestNames.MAX_RESOURCE);
        var name = ManifestNames.unique(label, ManifestNames.MAX_RESOURCE, names);
        if (!name.equals(service)) {
            context.notes()
                    .changed(
                            service,
                            "its name became " + name,
                            "names have a-z, 0-9 and - only",
                            "others reach it as " + name);
        }
        return new ComposeService(new Draft(name, context.notes()), fields, this).convert(ends);
    }

    /** Services that another waits for until they have completed. */
    private static Set<String> ending(Map<String, Object> services) {
        var ending = new HashSet<String>();
        services.forEach((service, value) -> {
            if (value instanceof Map<?, ?> fields && fields.get("depends_on") instanceof Map<?, ?> dependencies) {
                dependencies.forEach((dependency, how) -> {
                    if (how instanceof Map<?, ?> map && "service_completed_successfully".equals(map.get("condition"))) {
                        ending.add(String.valueOf(dependency));
                    }
                });
            }
        });
        return ending;
    }

    Context context() {
        return context;
    }

    /** The fields of the name in the section {@code volumes}, {@code configs} or {@code secrets}; empty if it has none. */
    Fields defined(String section, String name) {
        var all = switch (section) {
            case "volumes" -> volumes;
            case "configs" -> configs;
            default -> secrets;
        };
        var value = all.rest().get(name);
        return Fields.of(section + "." + name, value == null ? new LinkedHashMap<>() : value);
    }

    private static Fields section(Fields file, String key) {
        return Fields.of(key, file.value(key).orElse(Map.of()));
    }

    private static Refusal merged(String what) {
        return new Refusal(Printable.of(what) + " names other files, which are not read: write the whole with"
                + " 'docker compose config' and convert that");
    }
}
