package dev.mayfly.operator.spec;

import dev.mayfly.config.MayflyConfig;
import dev.mayfly.core.model.Template;
import dev.mayfly.core.model.Template.Mount;
import dev.mayfly.core.model.Volume;
import dev.mayfly.operator.cluster.InvalidSpec;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/** Checks which volumes are allowed, and how their mounts may be nested. */
final class SpecVolumeRules {
    private final MayflyConfig config;
    private final SpecDriverOptions options;

    SpecVolumeRules(MayflyConfig config) {
        this.config = config;
        this.options = new SpecDriverOptions(config.dockerVolumes());
    }

    /** @throws InvalidSpec if a rule is violated */
    void check(Template template, String namespace) {
        checkNames(template);
        template.volumes().forEach((name, volume) -> {
            switch (volume) {
                case Volume.HostPath hostPath -> checkHostPath(name, hostPath, namespace);
                case Volume.DockerVolume docker -> options.check(name, docker);
                default -> {}
            }
        });
        for (var mount : template.mounts()) {
            checkSubPath(mount, template.volumes().get(mount.volume()));
            for (var other : template.mounts()) {
                checkNested(mount, other, template.volumes());
            }
        }
    }

    private static void checkNames(Template template) {
        var paths = new HashSet<String>();
        for (var mount : template.mounts()) {
            if (!paths.add(mount.path())) {
                throw new InvalidSpec(
                        "two of volumeMounts have the mountPath " + mount.path() + ": change one of them");
            }
            if (!template.volumes().containsKey(mount.volume())) {
                throw new InvalidSpec("volumeMounts names the volume '" + mount.volume()
                        + "', which volumes does not have: add it" + " there, or correct the name");
            }
        }
    }

    private void checkHostPath(String name, Volume.HostPath volume, String namespace) {
        var prefixes = config.hostPathPrefixes().stream()
                .map(prefix -> SpecVolumes.normal(prefix.replace("<namespace>", namespace)))
                .toList();
        if (prefixes.stream().noneMatch(prefix -> below(prefix, volume.path()))) {
            throw new InvalidSpec("the hostPath " + volume.path() + " of volume '" + name
                    + "' is not allowed here: it must lie below " + String.join(" or ", prefixes) + ", such as "
                    + prefixes.getFirst() + "/" + name);
        }
    }

    private static void checkSubPath(Mount mount, Volume volume) {
        if (mount.subPath().isEmpty()) {
            return;
        }
        if (volume instanceof Volume.EmptyDir empty && empty.memory()) {
            throw new InvalidSpec("the mount at " + mount.path() + " has a subPath in the emptyDir '" + mount.volume()
                    + "' with medium Memory: mount all of it, or leave medium out");
        }
        if (volume instanceof Volume.DockerVolume docker
                && !(docker.driver().equals("local") && docker.options().isEmpty())) {
            throw new InvalidSpec(
                    "the mount at " + mount.path() + " has a subPath in the dockerVolume '" + mount.volume()
                            + "' with a driver or options: the engine can mount only all of it; leave subPath out");
        }
    }

    /**
     * No mount may be inside a writable mount of the same volume: the engine follows links that could be created there.
     * And nothing may be mounted below a writable mount of a lasting volume: the engine would create the directory in
     * that volume. Files of ConfigMaps and Secrets are read-only anyway.
     */
    private static void checkNested(Mount upper, Mount lower, Map<String, Volume> volumes) {
        var volume = volumes.get(upper.volume());
        var writable = !upper.readOnly() && !(volume instanceof Volume.Files);
        if (writable && below(place(upper, volume), place(lower, volumes.get(lower.volume())))) {
            throw new InvalidSpec("the mount at " + lower.path() + " is inside the writable mount at "
                    + upper.path() + ": a process that writes there could replace it with a link. Make the mount at "
                    + upper.path() + " readOnly, or mount parts that lie beside each other");
        }
        var lasting = volume instanceof Volume.HostPath
                || volume instanceof Volume.DockerVolume
                || volume instanceof Volume.Claim;
        if (lasting && !upper.readOnly() && below(upper.path(), lower.path())) {
            throw new InvalidSpec("the mountPath " + lower.path() + " lies in " + upper.path() + ", where the volume '"
                    + upper.volume() + "' is mounted writable: mount it beside, not in it");
        }
    }

    /** Location on the host or within the engine, as a comparable path. */
    private static String place(Mount mount, Volume volume) {
        var root = switch (volume) {
            case Volume.HostPath path -> path.path();
            case Volume.Claim claim -> "claim:" + claim.claim();
            case Volume.DockerVolume docker -> "docker:" + docker.name();
            default -> "own:" + mount.volume();
        };
        return mount.subPath().isEmpty() ? root : root + "/" + mount.subPath();
    }

    /**
     * Compares text, not files: not every name that the API server accepts is a {@link java.nio.file.Path} in every
     * locale.
     */
    private static boolean below(String upper, String lower) {
        return lower.startsWith(upper + "/") && !List.of(lower.split("/")).contains("..");
    }

    /** Allows volume drivers and options that the operator's configuration lists, and never access to the host's files. */
    static final class SpecDriverOptions {
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
            return !TYPES.contains(type)
                    || isPath(type, options)
                    || words(options).anyMatch(SpecDriverOptions::reaches);
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
}
