package dev.mayfly.cli.run;

import dev.mayfly.cli.Complaint.Refusal;
import dev.mayfly.cli.Printable;
import dev.mayfly.cli.manifest.ManifestYaml;
import dev.mayfly.core.model.Text;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The task that runs a command once.
 *
 * @param name of the task
 * @param command in place of the image's CMD, as docker run takes it; empty: the image's
 * @param env {@code NAME=VALUE}, or {@code NAME} for the variable of this shell
 * @param volumes {@code claim:/path}, or {@code claim:/path:ro}
 */
record TaskDraft(
        String name,
        String image,
        List<String> command,
        List<String> env,
        List<String> volumes,
        boolean stdin,
        boolean tty) {
    private static final int LONGEST_NAME = 44;
    private static final int NAME_DIGITS = 5;

    /** A name of the image's, with digits that make it the only one of that name. */
    static String nameOf(String image, int random) {
        var start = image.lastIndexOf('/') + 1;
        var end = image.length();
        for (var sign : List.of(":", "@")) {
            var at = image.indexOf(sign, start);
            end = at < 0 ? end : Math.min(end, at);
        }
        var label = Text.dnsLabel(image.substring(start, end), LONGEST_NAME);
        return (label.isEmpty() ? "run" : label) + "-"
                + Text.atMost(Integer.toHexString(random | 0x1000_0000), NAME_DIGITS);
    }

    /**
     * The resource, as {@code kubectl apply} takes it.
     *
     * @param variables those of this shell
     * @throws Refusal if a variable or volume is malformed
     */
    Map<String, Object> resource(String namespace, Map<String, String> variables) {
        var template = new LinkedHashMap<String, Object>();
        template.put("image", image);
        if (!command.isEmpty()) {
            template.put("args", command.stream().map(ManifestYaml::escaped).toList());
        }
        if (stdin) {
            template.put("stdin", true);
            template.put("stdinOnce", true);
        }
        if (tty) {
            template.put("tty", true);
        }
        if (!env.isEmpty()) {
            template.put(
                    "env", env.stream().map(one -> variable(one, variables)).toList());
        }
        mounts(template);
        var spec = new LinkedHashMap<String, Object>();
        spec.put("completions", 1);
        spec.put("backoffLimit", 0); // a command that was typed is not repeated
        spec.put("cleanupPolicy", "Never"); // its output is read when it has ended
        spec.put("terminatedHistoryLimit", 1);
        spec.put("template", template);
        var resource = new LinkedHashMap<>(ManifestYaml.resource("EphemeralTask", name, spec));
        resource.put("metadata", Map.of("name", name, "namespace", namespace));
        return resource;
    }

    private static Map<String, Object> variable(String given, Map<String, String> variables) {
        var parts = given.split("=", 2);
        if (parts[0].isEmpty()) {
            throw new Refusal("'" + Printable.of(given) + "' is no variable: write NAME=VALUE");
        }
        if (parts.length < 2 && !variables.containsKey(parts[0])) {
            throw new Refusal("This shell exports no variable " + Printable.of(parts[0]) + ": write NAME=VALUE");
        }
        var value = parts.length < 2 ? variables.get(parts[0]) : parts[1];
        return Map.of("name", parts[0], "value", ManifestYaml.escaped(value));
    }

    private void mounts(Map<String, Object> template) {
        var sources = new ArrayList<Map<String, Object>>();
        var mounts = new ArrayList<Map<String, Object>>();
        for (var given : volumes) {
            var parts = given.split(":", -1);
            var readOnly = parts.length == 3 && parts[2].equals("ro");
            if (parts.length < 2 || parts.length == 3 && !readOnly || parts.length > 3 || !parts[1].startsWith("/")) {
                throw new Refusal("'" + Printable.of(given) + "' is no volume: write CLAIM:/PATH or CLAIM:/PATH:ro");
            }
            var volume = "claim-" + sources.size();
            sources.add(Map.of("name", volume, "persistentVolumeClaim", Map.of("claimName", parts[0])));
            mounts.add(Map.of("name", volume, "mountPath", parts[1], "readOnly", readOnly));
        }
        if (!sources.isEmpty()) {
            template.put("volumes", sources);
            template.put("volumeMounts", mounts);
        }
    }
}
