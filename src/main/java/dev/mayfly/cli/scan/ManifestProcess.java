package dev.mayfly.cli.scan;

import com.github.dockerjava.api.model.ContainerConfig;
import com.github.dockerjava.api.model.ExposedPort;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.InternetProtocol;
import com.github.dockerjava.api.model.Ports;
import com.google.re2j.Pattern;
import dev.mayfly.cli.Printable;
import dev.mayfly.cli.Sizes;
import dev.mayfly.cli.manifest.ManifestYaml;
import dev.mayfly.cli.scan.WriteScan.Scanned;
import dev.mayfly.config.HostPorts;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** The settings of a container that differ from those of its image. */
final class ManifestProcess {
    private static final Pattern NUMERIC_USER = Pattern.compile("(\\d{1,9})(?::(\\d{1,9}))?");
    private static final Pattern HOST_PORT = Pattern.compile("[1-9]\\d{0,4}");
    private static final int MAX_PORTS = 64;
    private static final long NANOS_PER_MILLI = 1_000_000;

    private ManifestProcess() {}

    static Map<String, Object> of(Scanned container, String name, boolean showEnv, List<String> notes) {
        var config = container.container().getConfig();
        var host = container.container().getHostConfig();
        var image = container.image().map(found -> found.getConfig());
        var template = new LinkedHashMap<String, Object>();
        template.put("image", container.imageReference());
        command(config, image, template);
        if (different(config.getWorkingDir(), image.map(ContainerConfig::getWorkingDir))) {
            template.put("workingDir", config.getWorkingDir());
        }
        put(template, "env", ManifestEnv.of(config, image, name, showEnv, notes));
        put(template, "ports", ports(config, host, notes));
        if ("none".equals(host.getNetworkMode())) {
            template.put("network", "None");
        }
        limits(host).ifPresent(limits -> template.put("resources", Map.of("limits", limits)));
        if (different(config.getUser(), image.map(ContainerConfig::getUser))) {
            user(config.getUser(), notes).ifPresent(user -> template.put("securityContext", user));
        }
        return template;
    }

    /** As in Kubernetes, {@code command} is the entrypoint, and if it is set the image's command is ignored. */
    private static void command(ContainerConfig config, Optional<ContainerConfig> image, Map<String, Object> template) {
        var entrypoint = list(config.getEntrypoint());
        var arguments = list(config.getCmd());
        if (!entrypoint.equals(image.map(i -> list(i.getEntrypoint())).orElse(List.of()))) {
            put(template, "command", escaped(entrypoint));
            put(template, "args", escaped(arguments));
        } else if (!arguments.equals(image.map(i -> list(i.getCmd())).orElse(List.of()))) {
            // Without an entrypoint the arguments are a complete command line, which is easier to read as one.
            put(template, entrypoint.isEmpty() ? "command" : "args", escaped(arguments));
        }
    }

    private static List<Map<String, Object>> ports(ContainerConfig config, HostConfig host, List<String> notes) {
        var published = Optional.ofNullable(host.getPortBindings())
                .map(Ports::getBindings)
                .orElse(Map.of());
        var exposed = new LinkedHashSet<ExposedPort>(published.keySet());
        exposed.addAll(
                Arrays.asList(Optional.ofNullable(config.getExposedPorts()).orElse(new ExposedPort[0])));
        var ports = new TreeMap<String, Map<String, Object>>();
        for (var port : exposed) {
            if (port.getProtocol() == InternetProtocol.SCTP) {
                notes.add("Port " + port + " is left out: only TCP and UDP can be published.");
            } else if (ports.size() < MAX_PORTS) {
                ports.put("%05d%s".formatted(port.getPort(), port.getProtocol()), port(port, published, notes));
            }
        }
        return List.copyOf(ports.values());
    }

    private static Map<String, Object> port(
            ExposedPort port, Map<ExposedPort, Ports.Binding[]> published, List<String> notes) {
        var entry = new LinkedHashMap<String, Object>();
        entry.put("containerPort", port.getPort());
        if (port.getProtocol() == InternetProtocol.UDP) {
            entry.put("protocol", "UDP");
        }
        var bindings = Optional.ofNullable(published.get(port)).orElse(new Ports.Binding[0]);
        for (var binding : bindings) {
            var spec = Objects.toString(binding.getHostPortSpec(), "");
            if (HOST_PORT.matches(spec)) {
                if (entry.putIfAbsent("hostPort", Integer.valueOf(spec)) != null) {
                    notes.add("Port " + port + " is published at " + spec + " as well: one hostPort is taken over.");
                } else if (!HostPorts.allowedByDefault(Integer.parseInt(spec))) {
                    notes.add("Port " + port + " is published at " + spec
                            + ", which may be refused: let mayfly.host-ports.allowed name it, or change hostPort.");
                }
                if (different(binding.getHostIp(), Optional.of("0.0.0.0")) && !"::".equals(binding.getHostIp())) {
                    notes.add("Port " + port + " was published at " + binding.getHostIp()
                            + " only; hostPort is at all addresses of the host.");
                }
            } else {
                notes.add("Port " + port + " was published at a port that the engine chose: add a hostPort if others"
                        + " need it.");
            }
        }
        return entry;
    }

    private static Optional<Map<String, Object>> limits(HostConfig host) {
        var limits = new LinkedHashMap<String, Object>();
        if (host.getNanoCPUs() != null && host.getNanoCPUs() > 0) {
            limits.put("cpu", host.getNanoCPUs() / NANOS_PER_MILLI + "m");
        }
        if (host.getMemory() != null && host.getMemory() > 0) {
            limits.put("memory", Sizes.quantity(host.getMemory()));
        }
        return limits.isEmpty() ? Optional.empty() : Optional.of(limits);
    }

    private static Optional<Map<String, Object>> user(String user, List<String> notes) {
        var numeric = NUMERIC_USER.matcher(user);
        if (!numeric.matches()) {
            notes.add("It ran as user " + user + ": set securityContext.runAsUser to that user's number"
                    + " (id -u in the container).");
            return Optional.empty();
        }
        var context = new LinkedHashMap<String, Object>();
        context.put("runAsUser", Long.valueOf(numeric.group(1)));
        if (numeric.group(2) != null) {
            context.put("runAsGroup", Long.valueOf(numeric.group(2)));
        }
        return Optional.of(context);
    }

    private static void put(Map<String, Object> template, String key, List<?> values) {
        if (!values.isEmpty()) {
            template.put(key, values);
        }
    }

    private static boolean different(String value, Optional<String> images) {
        return value != null && !value.isEmpty() && !value.equals(images.orElse(""));
    }

    private static List<String> list(String[] values) {
        return values == null ? List.of() : List.of(values);
    }

    private static List<String> escaped(List<String> values) {
        return values.stream().map(ManifestYaml::escaped).toList();
    }

    /** The environment variables that the container has in addition to those of its image. */
    static final class ManifestEnv {
        private static final Pattern KEY = Pattern.compile("[-._a-zA-Z0-9]{1,253}");

        private ManifestEnv() {}

        /** @param shown false to replace values by references to a Secret that the user creates */
        static List<Map<String, Object>> of(
                ContainerConfig config,
                Optional<ContainerConfig> image,
                String name,
                boolean shown,
                List<String> notes) {
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
                    env.put(
                            variable,
                            Map.of("name", variable, "value", ManifestYaml.escaped(parts.length > 1 ? parts[1] : "")));
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
}
