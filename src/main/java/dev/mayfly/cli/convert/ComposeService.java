package dev.mayfly.cli.convert;

import dev.mayfly.cli.manifest.ManifestYaml;
import dev.mayfly.core.model.Text;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** One service of a Compose file, or a {@code docker run} command in the form of one. */
final class ComposeService {
    private static final long DEFAULT_GRACE = 10;
    private static final long MAX_GRACE = 86_400;

    private final Draft draft;
    private final Fields fields;
    private final ComposeFile file;

    ComposeService(Draft draft, Fields fields, ComposeFile file) {
        this.draft = draft;
        this.fields = fields;
        this.file = file;
    }

    /** @param ends true where another service waits until it has completed */
    Optional<Map<String, Object>> convert(boolean ends) {
        var deploy = fields.fields("deploy").orElse(Fields.of("deploy", Map.of()));
        fields.text("container_name")
                .filter(name -> !name.equals(draft.name()))
                .ifPresent(name -> draft.notes()
                        .leftOut(
                                draft.name(),
                                "container_name " + name,
                                "replicas are named after their workload",
                                "let others reach it as " + draft.name()));
        kind(ends, deploy);
        if (!image()) {
            return Optional.empty();
        }
        command();
        fields.text("working_dir").ifPresent(draft::workingDir);
        terminal();
        variables();
        new ComposePorts(draft).read(fields);
        network();
        resources(deploy);
        new ComposeMounts(draft, file).read(fields);
        ComposeSecurity.read(fields, draft);
        ComposeHealth.read(fields, draft);
        stop();
        var labels = new LinkedHashMap<String, String>();
        fields.pairs("labels").forEach((key, value) -> labels.put(key, value.orElse("")));
        draft.labels("labels", labels);
        var annotations = new LinkedHashMap<String, String>();
        fields.pairs("annotations").forEach((key, value) -> annotations.put(key, value.orElse("")));
        draft.labels("annotations", annotations);
        ComposeUnsupported.note(fields, deploy, draft);
        return Optional.of(draft.resource());
    }

    private void kind(boolean ends, Fields deploy) {
        var restart = fields.text("restart");
        var mode = deploy.text("mode").orElse("");
        var restarts = deploy.fields("restart_policy").orElse(Fields.of("restart_policy", Map.of()));
        var policy = restarts.text("condition").orElse("");
        draft.leftOver(
                "deploy.restart_policy",
                restarts,
                "delays and limits have fields of their own",
                "set backoff and maxConsecutiveFailures, or a task's backoffLimit");
        var never = restart.map(r -> r.equals("no") || r.equals("false")).orElse(false) || policy.equals("none");
        var serves = fields.rest().containsKey("ports") || fields.rest().containsKey("healthcheck");
        if (ends || mode.endsWith("-job") || never && !serves) {
            draft.becomeTask();
            deploy.value("replicas");
            var retries = restart.filter(r -> r.startsWith("on-failure:"))
                    .map(r -> r.substring("on-failure:".length()))
                    .filter(count -> Text.isNumber(count, 3));
            if (never) {
                draft.set("backoffLimit", 0);
            } else {
                retries.ifPresent(count -> draft.set("backoffLimit", Integer.valueOf(count)));
            }
            return;
        }
        if (never || restart.map(r -> r.startsWith("on-failure")).orElse(false)) {
            draft.notes()
                    .changed(
                            draft.name(),
                            "restart: " + restart.orElse(policy),
                            "a workload starts a replica again whenever it ends",
                            "if it is to end, make it an EphemeralTask");
        }
        if (mode.equals("global")) {
            draft.notes().leftOut(draft.name(), "deploy.mode global", "there is one engine", "one replica is the same");
        }
        draft.replicas(
                deploy.number("replicas").or(() -> fields.number("scale")).orElse(1L));
        draft.set("rollout", Draft.oneAtATime());
    }

    private boolean image() {
        var build = fields.value("build");
        var pull = fields.text("pull_policy").orElse("");
        var given = fields.text("image");
        if (given.isEmpty() && build.isEmpty()) {
            draft.notes().leftOut(draft.name(), "all of it", "it names no image", "give it one");
            return false;
        }
        var image = given.orElse(draft.name());
        if (build.isPresent()) {
            draft.notes()
                    .leftOut(
                            draft.name(),
                            "build",
                            "Mayfly runs images and builds none",
                            "build it on the engine: docker build -t " + image + " DIRECTORY");
        }
        if (!draft.image(image)) {
            return false;
        }
        switch (pull) {
            case "always", "daily", "weekly" -> draft.template("imagePullPolicy", "Always");
            case "never" -> draft.template("imagePullPolicy", "Never");
            default -> {
                if (build.isPresent()) {
                    draft.template("imagePullPolicy", "Never"); // nobody else's image of that name is meant
                } else if (latest(image)) {
                    draft.template("imagePullPolicy", "IfNotPresent"); // as Docker does; the default is Always
                }
            }
        }
        return true;
    }

    private static boolean latest(String image) {
        var last = image.substring(image.lastIndexOf('/') + 1);
        return !last.contains("@") && (!last.contains(":") || last.endsWith(":latest"));
    }

    /** As in Kubernetes, {@code command} is the entrypoint. */
    private void command() {
        draft.words("command", Draft.escaped(words("entrypoint")));
        draft.words("args", Draft.escaped(words("command")));
    }

    private void terminal() {
        if (fields.flag("stdin_open")) {
            draft.template("stdin", true);
        }
        if (fields.flag("tty")) {
            draft.template("tty", true);
        }
    }

    private List<String> words(String key) {
        return switch (fields.value(key).orElse(List.of())) {
            case List<?> list ->
                list.stream()
                        .map(each -> Fields.text(fields.at() + "." + key, each))
                        .toList();
            case Object line -> ShellWords.of(Fields.text(fields.at() + "." + key, line));
        };
    }

    /** Those of {@code environment} go before those of files. */
    private void variables() {
        var all = new LinkedHashMap<String, String>();
        for (var each : envFiles()) {
            var read = file.context().directory().flatMap(directory -> EnvFiles.read(directory, each));
            if (read.isEmpty()) {
                draft.notes()
                        .leftOut(
                                draft.name(),
                                "env_file " + each,
                                "there is no such file in the directory of the Compose file",
                                "copy it there, or make a ConfigMap of it and name that in envFrom");
            }
            read.ifPresent(all::putAll);
        }
        fields.pairs("environment").forEach((name, value) -> {
            var found = value.or(
                    () -> Optional.ofNullable(file.context().variables().get(name)));
            if (found.isEmpty() && !all.containsKey(name)) {
                draft.notes()
                        .leftOut(
                                draft.name(),
                                "variable " + name,
                                "its value is that of your shell, which is not read",
                                "give it with -e " + name);
            }
            found.ifPresent(given -> all.put(name, given));
        });
        all.forEach((name, value) -> draft.variable(name, "value", ManifestYaml.escaped(value)));
    }

    private List<String> envFiles() {
        var files = new ArrayList<String>();
        switch (fields.value("env_file").orElse(List.of())) {
            case List<?> list ->
                list.forEach(each -> files.add(
                        each instanceof Map
                                ? Fields.of(fields.at() + ".env_file", each)
                                        .text("path")
                                        .orElse("")
                                : Fields.text(fields.at() + ".env_file", each)));
            case Object one -> files.add(Fields.text(fields.at() + ".env_file", one));
        }
        return files;
    }

    private void network() {
        fields.text("network_mode").ifPresent(mode -> {
            if (mode.equals("none")) {
                draft.template("network", "None");
            } else if (!mode.equals("bridge") && !mode.equals("default")) {
                draft.notes()
                        .leftOut(
                                draft.name(),
                                "network_mode " + mode,
                                "a replica has a network of its own, which only the namespace shares",
                                "publish its ports, and name other workloads in place of localhost");
            }
        });
        if (fields.value("networks").orElse(List.of()) instanceof Map<?, ?> networks) {
            networks.forEach((network, settings) -> {
                if (settings instanceof Map<?, ?> map) {
                    draft.notes()
                            .leftOut(
                                    draft.name(),
                                    String.join(
                                                    ", ",
                                                    map.keySet().stream()
                                                            .map(String::valueOf)
                                                            .toList()) + " in network " + network,
                                    "addresses are the engine's to choose, and a workload has one name",
                                    "let others reach it as " + draft.name());
                }
            });
        }
    }

    private void resources(Fields deploy) {
        var amounts = deploy.fields("resources").orElse(Fields.of("resources", Map.of()));
        var limits = amounts.fields("limits").orElse(Fields.of("limits", Map.of()));
        var requests = amounts.fields("reservations").orElse(Fields.of("reservations", Map.of()));
        draft.resources(
                quantities(requests.text("cpus"), requests.text("memory").or(() -> fields.text("mem_reservation"))),
                quantities(
                        limits.text("cpus").or(() -> fields.text("cpus")),
                        limits.text("memory").or(() -> fields.text("mem_limit"))));
        ComposeUnsupported.rest(limits, draft);
        ComposeUnsupported.rest(requests, draft);
        ComposeUnsupported.rest(amounts, draft);
    }

    private static Map<String, String> quantities(Optional<String> cpus, Optional<String> memory) {
        var quantities = new LinkedHashMap<String, String>();
        cpus.ifPresent(text -> quantities.put("cpu", Quantities.cpus(text).orElse(text)));
        memory.ifPresent(text -> quantities.put("memory", Quantities.size(text).orElse(text)));
        return quantities;
    }

    private void stop() {
        var field = "stop_grace_period";
        var grace = draft.seconds(field, fields.text(field)).orElse(DEFAULT_GRACE);
        draft.template("terminationGracePeriodSeconds", draft.within(field, grace, 0, MAX_GRACE));
        fields.text("stop_signal").ifPresent(signal -> ComposeSecurity.signal(signal, draft));
    }
}
