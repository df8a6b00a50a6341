package dev.mayfly.cli.convert;

import dev.mayfly.cli.Complaint.Refusal;
import dev.mayfly.cli.Printable;
import dev.mayfly.core.model.Text;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/**
 * A {@code docker run} command as the Compose service that does the same. Docker's flags are those of
 * docs.docker.com/reference/cli/docker/container/run; one that is not listed is refused by name.
 */
final class DockerRun {
    /** Flags with one value, and the key of a service that says the same. */
    private static final Map<String, String> VALUES = Map.ofEntries(
            Map.entry("--name", "container_name"),
            Map.entry("-w,--workdir", "working_dir"),
            Map.entry("-u,--user", "user"),
            Map.entry("--entrypoint", "entrypoint"),
            Map.entry("-m,--memory", "mem_limit"),
            Map.entry("--memory-reservation", "mem_reservation"),
            Map.entry("--memory-swap", "memswap_limit"),
            Map.entry("--memory-swappiness", "mem_swappiness"),
            Map.entry("--cpus", "cpus"),
            Map.entry("-c,--cpu-shares", "cpu_shares"),
            Map.entry("--cpu-quota", "cpu_quota"),
            Map.entry("--cpu-period", "cpu_period"),
            Map.entry("--cpuset-cpus", "cpuset"),
            Map.entry("--restart", "restart"),
            Map.entry("--network,--net", "network_mode"),
            Map.entry("-h,--hostname", "hostname"),
            Map.entry("--domainname", "domainname"),
            Map.entry("--mac-address", "mac_address"),
            Map.entry("--stop-signal", "stop_signal"),
            Map.entry("--stop-timeout", "stop_grace_period"),
            Map.entry("--pull", "pull_policy"),
            Map.entry("--platform", "platform"),
            Map.entry("--pid", "pid"),
            Map.entry("--ipc", "ipc"),
            Map.entry("--uts", "uts"),
            Map.entry("--userns", "userns_mode"),
            Map.entry("--cgroupns", "cgroup"),
            Map.entry("--cgroup-parent", "cgroup_parent"),
            Map.entry("--pids-limit", "pids_limit"),
            Map.entry("--shm-size", "shm_size"),
            Map.entry("--gpus", "gpus"),
            Map.entry("--runtime", "runtime"),
            Map.entry("--isolation", "isolation"),
            Map.entry("--oom-score-adj", "oom_score_adj"),
            Map.entry("--log-driver", "logging"));

    /** Flags that may be given several times. */
    private static final Map<String, String> LISTS = Map.ofEntries(
            Map.entry("-p,--publish", "ports"),
            Map.entry("--expose", "expose"),
            Map.entry("-v,--volume", "volumes"),
            Map.entry("--mount", "mounts"),
            Map.entry("--tmpfs", "tmpfs"),
            Map.entry("-e,--env", "environment"),
            Map.entry("--env-file", "env_file"),
            Map.entry("-l,--label", "labels"),
            Map.entry("--annotation", "annotations"),
            Map.entry("--cap-add", "cap_add"),
            Map.entry("--cap-drop", "cap_drop"),
            Map.entry("--device", "devices"),
            Map.entry("--security-opt", "security_opt"),
            Map.entry("--sysctl", "sysctls"),
            Map.entry("--ulimit", "ulimits"),
            Map.entry("--group-add", "group_add"),
            Map.entry("--dns", "dns"),
            Map.entry("--dns-search", "dns_search"),
            Map.entry("--dns-option", "dns_opt"),
            Map.entry("--add-host", "extra_hosts"),
            Map.entry("--link", "links"),
            Map.entry("--volumes-from", "volumes_from"),
            Map.entry("--storage-opt", "storage_opt"),
            Map.entry("--network-alias,--net-alias", "external_links"),
            Map.entry("--log-opt", "logging"));

    private static final Map<String, String> SWITCHES = Map.of(
            "--read-only", "read_only",
            "--privileged", "privileged",
            "--init", "init",
            "-t,--tty", "tty",
            "-i,--interactive", "stdin_open",
            "--oom-kill-disable", "oom_kill_disable",
            "--rm", "rm",
            "-d,--detach", "detach");

    private static final Map<String, String> HEALTH = Map.of(
            "--health-cmd", "test",
            "--health-interval", "interval",
            "--health-timeout", "timeout",
            "--health-retries", "retries",
            "--health-start-period", "start_period",
            "--health-start-interval", "start_interval");

    /** Of the client that typed it, without a meaning for the container. */
    private static final List<String> CLIENT = List.of("--sig-proxy", "-q,--quiet", "--disable-content-trust");

    private static final List<String> CLIENT_VALUES = List.of("-a,--attach", "--cidfile", "--detach-keys");

    private static final List<String> FLAGS = List.of("-P,--publish-all", "--no-healthcheck");
    private static final Set<String> NETWORK_MODES = Set.of("none", "host", "bridge", "default");

    private final ParseResult parsed;
    /** Sorted, so that what is told of it has an order. */
    private final Map<String, Object> service = new TreeMap<>();

    private DockerRun(ParseResult parsed) {
        this.parsed = parsed;
    }

    /**
     * A Compose file with one service.
     *
     * @param words {@code docker run …}, or all of it in one word
     * @throws Refusal if it is no such command, or has a flag that is not known
     */
    static Map<String, Object> composeFile(List<String> words) {
        var line = words.size() == 1 ? ShellWords.of(words.getFirst()) : words;
        if (line.stream().mapToLong(String::length).sum() > Source.MAX_BYTES) {
            throw new Refusal("The command has more than " + Source.MAX_BYTES + " characters: convert a Compose file");
        }
        return new DockerRun(parse(afterRun(line))).file();
    }

    private static List<String> afterRun(List<String> line) {
        var from = !line.isEmpty() && line.getFirst().equals("sudo") ? 1 : 0;
        var command = line.subList(from, Math.min(line.size(), from + 3));
        for (var begin : List.of(List.of("docker", "run"), List.of("docker", "container", "run"))) {
            if (command.size() >= begin.size()
                    && command.subList(0, begin.size()).equals(begin)) {
                return line.subList(from + begin.size(), line.size());
            }
        }
        throw new Refusal("A command to convert begins with 'docker run': write it so, or name a file with -f");
    }

    private static ParseResult parse(List<String> arguments) {
        var spec = CommandSpec.create().name("docker run");
        VALUES.keySet().forEach(names -> spec.addOption(value(names)));
        HEALTH.keySet().forEach(names -> spec.addOption(value(names)));
        CLIENT_VALUES.forEach(names -> spec.addOption(value(names)));
        LISTS.keySet()
                .forEach(names -> spec.addOption(OptionSpec.builder(names.split(","))
                        .arity("1")
                        .type(List.class)
                        .auxiliaryTypes(String.class)
                        .build()));
        SWITCHES.keySet().forEach(names -> spec.addOption(flag(names)));
        CLIENT.forEach(names -> spec.addOption(flag(names)));
        FLAGS.forEach(names -> spec.addOption(flag(names)));
        spec.addPositional(PositionalParamSpec.builder()
                .arity("1..*")
                .paramLabel("IMAGE")
                .type(List.class)
                .auxiliaryTypes(String.class)
                .build());
        var command = new CommandLine(spec)
                .setStopAtPositional(true)
                .setExpandAtFiles(false)
                .setOverwrittenOptionsAllowed(true);
        try {
            return command.parseArgs(arguments.toArray(String[]::new));
        } catch (ParameterException wrong) {
            throw new Refusal("docker run: " + Printable.of(Text.shortened(Text.oneLine(wrong.getMessage()), 200))
                    + ". Leave it out, or correct it");
        }
    }

    private static OptionSpec value(String names) {
        return OptionSpec.builder(names.split(","))
                .arity("1")
                .type(String.class)
                .build();
    }

    private static OptionSpec flag(String names) {
        return OptionSpec.builder(names.split(","))
                .arity("0")
                .type(boolean.class)
                .defaultValue("false")
                .build();
    }

    private Map<String, Object> file() {
        List<String> words = parsed.matchedPositionalValue(0, List.of());
        service.put("image", words.getFirst());
        if (words.size() > 1) {
            service.put("command", words.subList(1, words.size()));
        }
        VALUES.forEach((names, key) -> this.<String>given(names, value -> service.put(key, value)));
        LISTS.forEach((names, key) -> this.<List<String>>given(names, value -> service.put(key, value)));
        SWITCHES.forEach((names, key) -> this.<Boolean>given(names, value -> service.put(key, value)));
        volumes();
        health();
        network();
        if (service.get("entrypoint") instanceof String program) {
            service.put("entrypoint", List.of(program)); // the flag takes one word, whatever is in it
        }
        end();
        var name = service.remove("container_name");
        var file = new LinkedHashMap<String, Object>();
        file.put("services", Map.of(name == null ? imageName() : (String) name, service));
        if (service.containsKey("networks")) {
            file.put("networks", Map.of());
        }
        return file;
    }

    private <T> void given(String names, Consumer<T> then) {
        var name = names.split(",")[0];
        if (parsed.hasMatchedOption(name)) {
            then.accept(parsed.matchedOptionValue(name, null));
        }
    }

    private void volumes() {
        var all = new ArrayList<Object>();
        if (service.remove("volumes") instanceof List<?> volumes) {
            volumes.forEach(volume -> all.add(here(String.valueOf(volume))));
        }
        if (service.remove("mounts") instanceof List<?> mounts) {
            mounts.forEach(mount -> all.add(mount(String.valueOf(mount))));
        }
        if (!all.isEmpty()) {
            service.put("volumes", all);
        }
    }

    /** The working directory is the one in which this command is converted. */
    private static String here(String volume) {
        for (var directory : List.of("$PWD", "${PWD}", "$(pwd)", "`pwd`")) {
            if (volume.startsWith(directory)) {
                return "." + volume.substring(directory.length());
            }
        }
        return volume;
    }

    /** {@code type=bind,source=/a,target=/b,readonly}. */
    private static Map<String, Object> mount(String text) {
        var mount = new LinkedHashMap<String, Object>();
        for (var field : text.split(",")) {
            var pair = field.split("=", 2);
            var value = pair.length > 1 ? pair[1] : "true";
            switch (pair[0]) {
                case "src", "source" -> mount.put("source", here(value));
                case "dst", "destination", "target" -> mount.put("target", value);
                case "ro", "readonly" ->
                    mount.put("read_only", Set.of("true", "1").contains(value));
                case "tmpfs-size" -> mount.put("tmpfs", Map.of("size", value));
                default -> mount.put(pair[0], value);
            }
        }
        return mount;
    }

    private void health() {
        var check = new LinkedHashMap<String, Object>();
        HEALTH.forEach((names, key) -> this.<String>given(names, value -> check.put(key, value)));
        if (parsed.matchedOptionValue("--no-healthcheck", false)) {
            check.put("disable", true);
        }
        if (!check.isEmpty()) {
            service.put("healthcheck", check);
        }
    }

    private void network() {
        if (service.get("network_mode") instanceof String mode
                && !NETWORK_MODES.contains(mode)
                && !mode.startsWith("container:")) {
            service.remove("network_mode");
            service.put("networks", List.of(mode));
        }
        if (parsed.matchedOptionValue("--publish-all", false)) {
            service.put("publish_all", true);
        }
    }

    /** A container in the foreground that is removed when it ends, and that nobody connects to, is a task. */
    private void end() {
        var removed = Boolean.TRUE.equals(service.remove("rm"));
        var detached = Boolean.TRUE.equals(service.remove("detach"));
        if (removed && !detached && !service.containsKey("ports")) {
            service.putIfAbsent("restart", "no");
        }
    }

    private String imageName() {
        var image = (String) service.get("image");
        var last = image.substring(image.lastIndexOf('/') + 1);
        return last.split("@")[0].split(":")[0];
    }
}
