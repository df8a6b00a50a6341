package dev.mayfly.operator.spec;

import dev.mayfly.config.MayflyConfig;
import dev.mayfly.core.model.Volume;
import dev.mayfly.operator.cluster.InvalidSpec;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/** Allows volume drivers and options that the operator's configuration lists, and never access to the host's files. */
final class SpecDriverOptions {
    /** File systems that the driver {@code local} may mount: none of them mounts a directory or device of the host. */
    private static final Set<String> TYPES = Set.of("tmpfs", "nfs", "nfs4", "cifs");

    /** Options of mount(8) that make a mount show another place, or reach beyond the container. */
    private static final Set<String> WORDS = Set.of(
            "bind",
            "rbind",
            "move",
            "remount",
            "shared",
            "rshared",
            "slave",
            "rslave",
            "private",
            "rprivate",
            "unbindable",
            "runbindable",
            "dev",
            "suid");

    private final Set<String> drivers;
    private final List<String> allowed;

    SpecDriverOptions(MayflyConfig.DockerVolumes config) {
        drivers = config.drivers();
        allowed = config.options().orElse(List.of());
    }

    void check(String name, Volume.DockerVolume volume) {
        if (!drivers.contains(volume.driver())) {
            throw new InvalidSpec("the driver " + volume.driver() + " of volume '" + name
                    + "' is not allowed here: use one of " + new TreeSet<>(drivers)
                    + ", or have the operator configured with mayfly.docker-volumes.drivers");
        }
        volume.options().forEach((option, value) -> {
            if (!allowed.contains(option) && !allowed.contains(option + "=" + value)) {
                throw new InvalidSpec("the option " + option + " of volume '" + name
                        + "' is not allowed here with that value: remove it, or have the operator configured with"
                        + " mayfly.docker-volumes.options");
            }
        });
        if (leadsToTheHost(volume)) {
            throw new InvalidSpec("the options of volume '" + name + "' would mount something of the host: with the"
                    + " driver local, type must be one of " + new TreeSet<>(TYPES)
                    + ", o without bind and paths, and device no path. Use a hostPath instead");
        }
    }

    private static boolean leadsToTheHost(Volume.DockerVolume volume) {
        var options = volume.options();
        if (!volume.driver().equals("local")) {
            return options.values().stream().anyMatch(value -> value.startsWith("/"));
        }
        if (options.isEmpty()) {
            return false;
        }
        var type = options.getOrDefault("type", "");
        return !TYPES.contains(type) || isPath(type, options) || words(options).anyMatch(SpecDriverOptions::reaches);
    }

    /**
     * Names of shares on other machines may begin with two slashes ({@code //server/share}); cifs accepts no other
     * names.
     */
    private static boolean isPath(String type, Map<String, String> options) {
        var device = options.getOrDefault("device", "");
        return device.startsWith("/") && !(type.equals("cifs") && device.startsWith("//"));
    }

    private static Stream<String> words(Map<String, String> options) {
        return Stream.of(options.getOrDefault("o", "").split(",")).map(String::strip);
    }

    private static boolean reaches(String word) {
        return WORDS.contains(word.toLowerCase(Locale.ROOT)) || word.contains("=/");
    }
}
