package dev.mayfly.cli.scan;

import static dev.mayfly.cli.manifest.ManifestNames.MAX_RESOURCE;

import dev.mayfly.cli.manifest.ManifestNames;
import dev.mayfly.cli.manifest.ManifestYaml;
import dev.mayfly.cli.scan.WriteScan.Scanned;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * An EphemeralWorkload that would run the same process as a container.
 *
 * @param resource the manifest as YAML maps; values equal to the image's or to the defaults are left out
 * @param notes what the manifest does not cover, and what to do about it
 */
record Manifest(Map<String, Object> resource, List<String> notes) {
    /** @param taken names of earlier manifests; the new name is added */
    static Manifest of(Scanned container, boolean showEnv, Set<String> taken) {
        var name = ManifestNames.unique(ManifestNames.label(container.name(), MAX_RESOURCE), MAX_RESOURCE, taken);
        var notes = new ArrayList<String>();
        notes.add("Container " + container.name() + " (" + container.state() + "), as an EphemeralWorkload.");
        var process = ManifestProcess.of(container, name, showEnv, notes);
        var volumes = ManifestVolumes.of(container, name, notes);
        ManifestLosses.note(container, notes);

        var template = new LinkedHashMap<String, Object>(process);
        volumes.putInto(template);
        var spec = new LinkedHashMap<String, Object>();
        spec.put("replicas", 1);
        // Two replicas at a time would write to the same volume and need the same host port.
        var rollout = new LinkedHashMap<String, Object>();
        rollout.put("maxSurge", 0);
        rollout.put("maxUnavailable", 1);
        spec.put("rollout", rollout);
        spec.put("ephemerality", Map.of("mode", "Enforce"));
        spec.put("template", template);
        return new Manifest(ManifestYaml.resource("EphemeralWorkload", name, spec), List.copyOf(notes));
    }

    /** Notes the settings of a container that an EphemeralWorkload does not support. */
    static final class ManifestLosses {
        private ManifestLosses() {}

        static void note(Scanned scanned, List<String> notes) {
            var container = scanned.container();
            var host = container.getHostConfig();
            if (Boolean.TRUE.equals(host.getPrivileged())) {
                notes.add("It was privileged, which no EphemeralWorkload is: it may not start.");
            }
            lost(
                    "capabilities",
                    host.getCapAdd(),
                    "where the operator allows them: securityContext.capabilities.add",
                    notes);
            lost("devices", host.getDevices(), "there is nothing in their place", notes);
            lost(
                    "links",
                    host.getLinks(),
                    "in a namespace's network a workload's name resolves to its replicas",
                    notes);
            lost("hosts", host.getExtraHosts(), "there is nothing in their place", notes);
            hostNamespace("network", host.getNetworkMode(), notes);
            hostNamespace("PID namespace", host.getPidMode(), notes);
            hostNamespace("IPC namespace", host.getIpcMode(), notes);
            if (Boolean.TRUE.equals(container.getConfig().getTty())) {
                notes.add("It had a terminal, which no replica has.");
            }
            if (container.getConfig().getHealthcheck() != null) {
                notes.add("Its health check is not taken over: a replica is ready while its first process runs.");
            }
        }

        private static void lost(String what, Object[] values, String instead, List<String> notes) {
            if (values != null && values.length > 0) {
                notes.add("Its " + what + " are not taken over (" + values.length + "): " + instead + ".");
            }
        }

        private static void hostNamespace(String what, Object mode, List<String> notes) {
            if ("host".equals(Objects.toString(mode, ""))) {
                notes.add("It used the host's " + what + "; a replica has one of its own.");
            }
        }
    }
}
