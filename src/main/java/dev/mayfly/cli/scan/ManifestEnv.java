package dev.mayfly.cli.scan;

import com.github.dockerjava.api.model.ContainerConfig;
import com.google.re2j.Pattern;
import dev.mayfly.cli.Printable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The environment variables that the container has in addition to those of its image. */
final class ManifestEnv {
    private static final Pattern KEY = Pattern.compile("[-._a-zA-Z0-9]{1,253}");

    private ManifestEnv() {}

    /** @param shown false to replace values by references to a Secret that the user creates */
    static List<Map<String, Object>> of(
            ContainerConfig config, Optional<ContainerConfig> image, String name, boolean shown, List<String> notes) {
        var images = Set.copyOf(image.map(i -> list(i.getEnv())).orElse(List.of()));
        var env = new LinkedHashMap<String, Map<String, Object>>();
        var hidden = new ArrayList<String>();
        for (var entry : list(config.getEnv())) {
            if (images.contains(entry)) {
                continue;
            }
            var parts = entry.split("=", 2);
            var variable = parts[0];
            if (variable.startsWith("MAYFLY_") || !Printable.plain(variable) || variable.contains(" ")) {
                notes.add("The variable " + variable + " is left out: its name can't be used.");
            } else if (shown) {
                env.put(variable, Map.of("name", variable, "value", escaped(parts.length > 1 ? parts[1] : "")));
            } else if (KEY.matches(variable)) {
                hidden.add(variable);
                env.put(variable, fromSecret(variable, name));
            } else {
                notes.add("The variable " + variable + " is left out: it can't be the key of a Secret. --show-env"
                        + " prints it.");
            }
        }
        if (!hidden.isEmpty()) {
            notes.add("Values of variables are not printed (--show-env does). Make the Secret that holds them:");
            notes.add("  kubectl create secret generic " + secret(name) + " "
                    + String.join(
                            " ",
                            hidden.stream()
                                    .map(v -> "--from-literal=" + v + "=…")
                                    .toList()));
        }
        return List.copyOf(env.values());
    }

    /** {@code $(} starts a reference in a manifest but is plain text in a container. */
    static String escaped(String text) {
        return text.replace("$(", "$$(");
    }

    private static Map<String, Object> fromSecret(String variable, String name) {
        var entry = new LinkedHashMap<String, Object>();
        entry.put("name", variable);
        var key = new LinkedHashMap<String, Object>();
        key.put("name", secret(name));
        key.put("key", variable);
        entry.put("valueFrom", Map.of("secretKeyRef", key));
        return entry;
    }

    private static String secret(String name) {
        return name + "-env";
    }

    private static List<String> list(String[] values) {
        return values == null ? List.of() : Arrays.asList(values);
    }
}
