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
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/**
 * A {@code docker run} command as the Compose service that does the same. Docker's flags are those of
 * docs.docker.com/reference/cli/docker/container/run; one that is not listed is refused by name.
 */
final class DockerRun {
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
        DockerFlag.ALL.forEach(flag -> spec.addOption(flag.option()));
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

    private Map<String, Object> file() {
        List<String> words = parsed.matchedPositionalValue(0, List.of());
        service.put("image", words.getFirst());
        if (words.size() > 1) {
            service.put("command", words.subList(1, words.size()));
        }
        var check = new LinkedHashMap<String, Object>();
        for (var flag : DockerFlag.ALL) {
            var name = flag.names().getFirst();
            if (flag.hasKey() && parsed.hasMatchedOption(name)) {
                var into = flag.kind() == DockerFlag.Kind.HEALTH ? check : service;
                into.put(flag.key(), parsed.matchedOptionValue(name, null));
            }
        }
        volumes();
        health(check);
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

    /** @param check what flags say of it */
    private void health(Map<String, Object> check) {
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
