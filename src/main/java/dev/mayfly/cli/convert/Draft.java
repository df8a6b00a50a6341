package dev.mayfly.cli.convert;

import com.google.re2j.Pattern;
import dev.mayfly.api.v1alpha1.ImageReference;
import dev.mayfly.cli.Printable;
import dev.mayfly.cli.manifest.ManifestYaml;
import dev.mayfly.cli.manifest.MountedVolumes;
import dev.mayfly.config.HostPorts;
import io.fabric8.kubernetes.api.model.Quantity;
import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A workload or a task that is being written. It takes nothing that its resource definition refuses. */
final class Draft {
    private static final Pattern IMAGE = Pattern.compile(ImageReference.PATTERN);
    private static final Pattern VARIABLE = Pattern.compile("[^=\\s[:cntrl:]]{1,256}");
    private static final Pattern QUANTITY = Pattern.compile("[0-9]{1,20}([.][0-9]{0,20})?([KMGTPE]i|[munkMGTPE])?");
    private static final int MAX_IMAGE = 1024;
    private static final int MAX_REPLICAS = 100_000;
    private static final int MAX_WORDS = 256;
    private static final int MAX_WORD = 16_384;
    private static final int MAX_VARIABLES = 256;
    private static final int MAX_VALUE = 32_768;
    private static final int MAX_PORTS = 64;
    private static final int MAX_LABELS = 64;
    private static final int MAX_KEY = 317;
    private static final int MAX_LABEL_VALUE = 1024;
    private static final int MAX_DIRECTORY = 1024;
    private static final int MAX_TEXTS = 131_072;
    /** With less, no engine starts a container. */
    private static final Map<String, String> SMALLEST = Map.of("memory", "6Mi", "cpu", "10m");

    private static final String SHORTEN = "put long texts into a ConfigMap, a Secret or the image";

    private final String name;
    private final Notes notes;
    private final Map<String, Object> template = new LinkedHashMap<>();
    private final Map<String, Object> spec = new LinkedHashMap<>();
    private final Map<String, Map<String, Object>> env = new LinkedHashMap<>();
    private final Map<String, Map<String, Object>> ports = new LinkedHashMap<>();
    private final MountedVolumes volumes = new MountedVolumes();
    private boolean task;
    private boolean readOnlyRoot;

    /** @param name a label of at most 50 characters */
    Draft(String name, Notes notes) {
        this.name = name;
        this.notes = notes;
    }

    String name() {
        return name;
    }

    Notes notes() {
        return notes;
    }

    boolean isTask() {
        return task;
    }

    void becomeTask() {
        task = true;
    }

    void readOnlyRoot() {
        readOnlyRoot = true;
    }

    /** Sets a field of the spec. */
    void set(String field, Object value) {
        spec.put(field, value);
    }

    /** Sets a field of the template, unless its value is an empty list or map. */
    void template(String field, Object value) {
        if (!isEmpty(value)) {
            template.put(field, value);
        }
    }

    /** @return false where an engine would refuse the reference, so that there is nothing to run */
    boolean image(String image) {
        if (image.length() > MAX_IMAGE || !IMAGE.matches(image)) {
            notes.leftOut(name, "all of it", "'" + image + "' is no image that an engine accepts", "correct its image");
            return false;
        }
        template.put("image", image);
        return true;
    }

    void replicas(long replicas) {
        spec.put("replicas", within("replicas", replicas, 0, MAX_REPLICAS));
    }

    /** The number, or the next one that the resource definition takes, with a note. */
    long within(String field, long given, long least, long most) {
        var taken = Math.clamp(given, least, most);
        if (taken != given) {
            notes.changed(
                    name,
                    field + " " + given + " became " + taken,
                    least + " to " + most + " are allowed",
                    "set another one if that does not fit");
        }
        return taken;
    }

    /** Seconds of Docker's notation, rounded up; empty, with a note, for a text that is no time. */
    Optional<Long> seconds(String field, Optional<String> given) {
        var seconds = given.flatMap(Quantities::seconds);
        given.filter(text -> seconds.isEmpty())
                .ifPresent(text -> notes.leftOut(name, field + " " + text, "it is no time", "write it as 1m30s"));
        return seconds;
    }

    /**
     * Notes each field that was not read. Empty ones and extensions say nothing.
     *
     * @param at how the source calls the map that has them; empty for the source's own fields
     * @param why one clause
     * @param instead one clause
     */
    void leftOver(String at, Fields fields, String why, String instead) {
        fields.rest().forEach((key, value) -> {
            if (!isEmpty(value) && !key.startsWith("x-")) {
                notes.leftOut(name, at.isEmpty() ? key : at + "." + key, why, instead);
            }
        });
    }

    private static boolean isEmpty(Object value) {
        return value instanceof List<?> list && list.isEmpty() || value instanceof Map<?, ?> map && map.isEmpty();
    }

    /** Sets {@code command} or {@code args}. */
    void words(String field, List<String> words) {
        if (words.size() > MAX_WORDS || words.stream().anyMatch(word -> word.length() > MAX_WORD || nul(word))) {
            notes.leftOut(name, field, "it has more than " + MAX_WORDS + " words or one of over " + MAX_WORD, SHORTEN);
        } else {
            template(field, words);
        }
    }

    void workingDir(String directory) {
        if (directory.startsWith("/") && directory.length() <= MAX_DIRECTORY && Printable.plain(directory)) {
            template.put("workingDir", directory);
        } else {
            notes.leftOut(name, "working directory " + directory, "it is no absolute path", "write it from / on");
        }
    }

    /** @param field {@code value} or {@code valueFrom}; a later one of the same name replaces it */
    void variable(String variable, String field, Object value) {
        if (!VARIABLE.matches(variable) || variable.startsWith("MAYFLY_")) {
            notes.leftOut(name, "variable " + variable, "its name can't be used", "rename it");
        } else if (value instanceof String text && (text.length() > MAX_VALUE || nul(text))) {
            notes.leftOut(name, "variable " + variable, "its value is longer than " + MAX_VALUE, SHORTEN);
        } else if (env.size() >= MAX_VARIABLES && !env.containsKey(variable)) {
            notes.leftOut(
                    name, "variable " + variable, "there are at most " + MAX_VARIABLES, "use envFrom for the others");
        } else {
            var entry = new LinkedHashMap<String, Object>();
            entry.put("name", variable);
            entry.put(field, value);
            env.put(variable, entry);
        }
    }

    /**
     * @param protocol {@code TCP} or {@code UDP}
     * @param hostPort the port of the host at which it is published, if any
     * @param portName empty where it has none
     */
    void port(int port, String protocol, Optional<Integer> hostPort, Optional<String> portName) {
        var key = port + protocol;
        if (ports.size() >= MAX_PORTS && !ports.containsKey(key)) {
            notes.leftOut(name, "port " + port, "there are at most " + MAX_PORTS, "publish fewer");
            return;
        }
        var taken = hostPort.filter(p -> ports.values().stream()
                .anyMatch(other ->
                        p.equals(other.get("hostPort")) && protocol.equals(other.getOrDefault("protocol", "TCP"))));
        taken.ifPresent(p -> notes.leftOut(name, "host port " + p + " of port " + port, "another has it", "change it"));
        var entry = ports.computeIfAbsent(key, k -> new LinkedHashMap<>());
        portName.ifPresent(named -> entry.put("name", named));
        entry.put("containerPort", port);
        if (protocol.equals("UDP")) {
            entry.put("protocol", "UDP");
        }
        hostPort.filter(p -> taken.isEmpty()).ifPresent(p -> {
            if (entry.putIfAbsent("hostPort", p) != null && !p.equals(entry.get("hostPort"))) {
                notes.leftOut(name, "host port " + p, "port " + port + " has one already", "use that one");
            }
        });
    }

    /** Mounts a volume. @param what the source's word for it */
    void volume(String what, String path, Map<String, Object> source, Map<String, Object> mount) {
        var clean = path.length() > 1 && path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
        volumes.add(clean, source, mount).ifPresent(why -> notes.leftOut(name, what + " at " + path, why, "move it"));
    }

    /** Sets {@code metadata.labels} or {@code metadata.annotations}, which become labels of the container. */
    void labels(String field, Map<String, String> labels) {
        var kept = new LinkedHashMap<String, String>();
        labels.forEach((key, value) -> {
            if (kept.size() >= MAX_LABELS
                    || key.length() > MAX_KEY
                    || key.startsWith("mayfly.dev/")
                    || value.length() > MAX_LABEL_VALUE) {
                notes.leftOut(name, "label " + key, "it is too long, too many or Mayfly's own", "drop or shorten it");
            } else {
                kept.put(key, value);
            }
        });
        if (!kept.isEmpty()) {
            var metadata = new LinkedHashMap<String, Object>();
            if (template.get("metadata") instanceof Map<?, ?> present) {
                present.forEach((key, value) -> metadata.put((String) key, value));
            }
            metadata.put(field, kept);
            template.put("metadata", metadata);
        }
    }

    /** @param requests of {@code cpu} and {@code memory}, as {@code limits}; those that would be refused are left out */
    void resources(Map<String, String> requests, Map<String, String> limits) {
        var resources = new LinkedHashMap<String, Object>();
        var limited = quantities("limit", limits, SMALLEST);
        var requested = quantities("request", requests, Map.of());
        requested.entrySet().removeIf(request -> {
            var limit = limited.get(request.getKey());
            var over = limit != null && amount(request.getValue()).compareTo(amount(limit)) > 0;
            if (over) {
                notes.leftOut(
                        name, "request of " + request.getKey(), "it is higher than the limit", "request the limit");
            }
            return over;
        });
        if (!requested.isEmpty()) {
            resources.put("requests", requested);
        }
        if (!limited.isEmpty()) {
            resources.put("limits", limited);
        }
        template("resources", resources);
    }

    private Map<String, String> quantities(String what, Map<String, String> amounts, Map<String, String> smallest) {
        var kept = new LinkedHashMap<String, String>();
        amounts.forEach((resource, amount) -> {
            var least = smallest.getOrDefault(resource, "0");
            if (QUANTITY.matches(amount) && amount(amount).compareTo(amount(least)) >= 0) {
                kept.put(resource, amount);
            } else {
                notes.leftOut(
                        name,
                        what + " of " + resource + " " + amount,
                        "it is no quantity of at least " + least,
                        "set one in resources");
            }
        });
        return kept;
    }

    private static BigDecimal amount(String quantity) {
        return Quantity.getAmountInBytes(new Quantity(quantity));
    }

    /** The resource; after this the draft is not changed. */
    Map<String, Object> resource() {
        template("env", List.copyOf(env.values()));
        publishOnce();
        nameRefusedPorts();
        template("ports", List.copyOf(ports.values()));
        volumes.removeBelowWritable()
                .forEach(path -> notes.leftOut(
                        name,
                        "mount at " + path,
                        "nothing is mounted below a volume that the replica may write to",
                        "make the upper one read-only, or mount them side by side"));
        volumes.putInto(template);
        if (ManifestYaml.text(template).length() > MAX_TEXTS) {
            notes.changed(
                    name,
                    "its manifest may be refused",
                    "all texts together may have " + MAX_TEXTS + " characters",
                    SHORTEN);
        }
        var whole = new LinkedHashMap<>(spec);
        whole.put("ephemerality", Map.of("mode", readOnlyRoot ? "Enforce" : "Audit"));
        whole.put("template", template);
        if (!readOnlyRoot) {
            notes.changed(
                    name,
                    "ephemerality.mode is Audit",
                    "its file system was writable, and Enforce would fail what it writes outside of volumes",
                    "mount what status.ephemerality.suggestedVolumes lists, then set Enforce");
        }
        return ManifestYaml.resource(task ? "EphemeralTask" : "EphemeralWorkload", name, whole);
    }

    /** A port of the host has one owner, also during a rollout. */
    private void publishOnce() {
        var published = ports.values().stream()
                .filter(port -> port.containsKey("hostPort"))
                .toList();
        if (published.isEmpty()) {
            return;
        }
        if ("None".equals(template.get("network"))) {
            published.forEach(port -> port.remove("hostPort"));
            notes.leftOut(name, "host ports", "it has no network", "remove network: None if others need them");
        } else if (spec.get(task ? "parallelism" : "replicas") instanceof Number count && count.longValue() > 1) {
            published.forEach(port -> port.remove("hostPort"));
            notes.leftOut(
                    name,
                    "host ports",
                    "several replicas can't have the same one",
                    "let a proxy with one replica publish it, or set one replica");
        } else if (!task) {
            var rollout = oneAtATime();
            if (spec.get("rollout") instanceof Map<?, ?> given) {
                given.forEach((field, value) -> rollout.putIfAbsent((String) field, value));
            }
            spec.put("rollout", rollout);
        }
    }

    /** Port numbers of the machine's own services stay, for whoever may have them allowed. */
    private void nameRefusedPorts() {
        var refused = ports.values().stream()
                .map(port -> port.get("hostPort"))
                .filter(port -> port instanceof Integer number && !HostPorts.allowedByDefault(number))
                .distinct()
                .toList();
        if (!refused.isEmpty()) {
            notes.changed(
                    name,
                    "host ports " + refused + " may be refused",
                    "the operator's configuration says which are allowed",
                    "publish others, or let mayfly.host-ports.allowed name them");
        }
    }

    /** A rollout in which no second replica runs beside the first. */
    static Map<String, Object> oneAtATime() {
        var rollout = new LinkedHashMap<String, Object>();
        rollout.put("maxSurge", 0);
        rollout.put("maxUnavailable", 1);
        return rollout;
    }

    private static boolean nul(String text) {
        return text.indexOf('\0') >= 0;
    }

    /** The texts with {@code $(} written as plain text. */
    static List<String> escaped(List<String> words) {
        return words.stream().map(ManifestYaml::escaped).toList();
    }
}
