package dev.mayfly.cli.convert;

import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The first container of a Pod, as a template. Fields that the template has are named and valued as in core/v1. */
final class PodContainer {
    /** Fields that kubectl and API servers write by themselves, or that say nothing that a replica would not do. */
    private static final List<String> SILENT = List.of(
            "restartPolicy", "dnsPolicy", "schedulerName", "enableServiceLinks", "automountServiceAccountToken");

    private static final List<String> PROBES = List.of("startupProbe", "readinessProbe", "livenessProbe");
    private static final Set<String> PROBE_FIELDS = Set.of(
            "exec",
            "httpGet",
            "tcpSocket",
            "initialDelaySeconds",
            "periodSeconds",
            "timeoutSeconds",
            "successThreshold",
            "failureThreshold");
    private static final Set<String> PATHS = Set.of("metadata.name", "metadata.namespace", "metadata.uid");
    private static final List<String> SECURITY = List.of("runAsUser", "runAsGroup", "runAsNonRoot", "fsGroup");
    private static final String OWN = "replicas are isolated by the operator's settings";

    private final Draft draft;
    private final Context context;

    PodContainer(Draft draft, Context context) {
        this.draft = draft;
        this.context = context;
    }

    /** @return false where there is nothing to run */
    boolean read(PodTemplateSpec template, Fields pod, List<String> claims) {
        var metadata = template.getMetadata();
        if (metadata != null) {
            draft.labels("labels", Optional.ofNullable(metadata.getLabels()).orElse(Map.of()));
            draft.labels(
                    "annotations",
                    Optional.ofNullable(metadata.getAnnotations()).orElse(Map.of()));
        }
        var containers = pod.list("containers");
        var container = Fields.of(draft.name() + ".container", containers.getFirst());
        container.value("name");
        for (var other : containers.subList(1, containers.size())) {
            leftOut(
                    "container " + Fields.of("container", other).text("name").orElse(""),
                    "a replica has one container",
                    "run it as a workload of its own, or put both programs into one image");
        }
        for (var init : pod.list("initContainers")) {
            leftOut(
                    "init container "
                            + Fields.of("container", init).text("name").orElse(""),
                    "a replica has one container",
                    "run it as an EphemeralTask before, or at the image's start");
        }
        var security = pod.fields("securityContext").orElse(Fields.of("securityContext", Map.of()));
        if (!draft.image(container.text("image").orElse(""))) {
            return false;
        }
        container.text("imagePullPolicy").ifPresent(policy -> draft.template("imagePullPolicy", policy));
        draft.template("imagePullSecrets", pod.list("imagePullSecrets"));
        draft.words("command", container.texts("command"));
        draft.words("args", container.texts("args"));
        container.text("workingDir").ifPresent(draft::workingDir);
        for (var input : List.of("stdin", "stdinOnce", "tty")) {
            if (container.flag(input)) {
                draft.template(input, true);
            }
        }
        container.list("env").forEach(this::variable);
        draft.template("envFrom", container.list("envFrom"));
        ports(container);
        resources(container);
        PROBES.forEach(probe -> container.fields(probe).ifPresent(fields -> probe(probe, fields)));
        container.fields("lifecycle").ifPresent(this::lifecycle);
        pod.number("terminationGracePeriodSeconds")
                .map(seconds -> draft.within("terminationGracePeriodSeconds", seconds, 0, 86_400))
                .ifPresent(seconds -> draft.template("terminationGracePeriodSeconds", seconds));
        security(security, container.fields("securityContext").orElse(Fields.of("securityContext", Map.of())));
        new PodVolumes(draft, context, claims).read(pod, container);
        rest(pod, container);
        return true;
    }

    private void variable(Object value) {
        var variable = Fields.of("env", value);
        var name = variable.text("name").orElse("");
        var from = variable.value("valueFrom");
        if (from.isEmpty()) {
            draft.variable(name, "value", variable.text("value").orElse(""));
            return;
        }
        var source = Fields.map("valueFrom", from.get());
        var field = source.get("fieldRef") instanceof Map<?, ?> ref ? String.valueOf(ref.get("fieldPath")) : "";
        if (source.containsKey("secretKeyRef") || source.containsKey("configMapKeyRef")) {
            draft.variable(name, "valueFrom", source);
        } else if (PATHS.contains(field)) {
            draft.variable(name, "valueFrom", Map.of("fieldRef", Map.of("fieldPath", field)));
        } else {
            leftOut(
                    "variable " + name,
                    field.isEmpty() ? "its source is not known here" : field + " is the Pod's, and a replica is none",
                    "let the program find it out, or give the variable a value");
        }
    }

    private void ports(Fields container) {
        for (var value : container.list("ports")) {
            var port = Fields.of(draft.name() + ".ports", value);
            var number = port.number("containerPort").orElse(0L).intValue();
            var protocol = port.text("protocol").orElse("TCP");
            var host = port.number("hostPort").map(Long::intValue);
            var address = port.text("hostIP").filter(ip -> !ip.equals("0.0.0.0"));
            if (host.isPresent() && address.isPresent()) {
                leftOut(
                        "host port " + host.get() + " of port " + number,
                        "it was at " + address.get() + " only, and a hostPort is at all addresses of the host",
                        "add a hostPort if that is well");
                host = Optional.empty();
            }
            if (!protocol.equals("TCP") && !protocol.equals("UDP")) {
                leftOut("port " + number + "/" + protocol, "only TCP and UDP can be published", "use one of them");
            } else {
                draft.port(number, protocol, host, port.text("name"));
            }
        }
    }

    private void resources(Fields container) {
        var resources = container.fields("resources").orElse(Fields.of("resources", Map.of()));
        draft.resources(amounts(resources, "requests"), amounts(resources, "limits"));
        draft.leftOver("resources", resources, "replicas have CPU and memory only", "do without");
    }

    private Map<String, String> amounts(Fields resources, String key) {
        var amounts = new LinkedHashMap<String, String>();
        resources.pairs(key).forEach((resource, amount) -> {
            if (resource.equals("cpu") || resource.equals("memory")) {
                amounts.put(resource, amount.orElse(""));
            } else {
                leftOut("resources." + key + "." + resource, "replicas have CPU and memory only", "do without");
            }
        });
        return amounts;
    }

    private void probe(String name, Fields fields) {
        var probe = fields.rest();
        for (var field : new HashSet<>(probe.keySet())) {
            if (!PROBE_FIELDS.contains(field)) {
                probe.remove(field);
                leftOut(name + "." + field, "probes are exec, httpGet and tcpSocket", "use one of them");
            }
        }
        for (var how : List.of("httpGet", "tcpSocket")) {
            if (probe.get(how) instanceof Map<?, ?> get && get.containsKey("host")) {
                var without = Fields.of(name, get);
                without.value("host");
                probe.put(how, without.rest());
                leftOut(
                        name + "." + how + ".host",
                        "the replica itself is asked",
                        "use an exec probe for another host");
            }
        }
        if (probe.containsKey("exec") || probe.containsKey("httpGet") || probe.containsKey("tcpSocket")) {
            draft.template(name, probe);
        }
    }

    private void lifecycle(Fields lifecycle) {
        var before = lifecycle
                .value("preStop")
                .map(value -> Fields.map("preStop", value))
                .orElse(Map.of());
        var kept = new LinkedHashMap<String, Object>();
        if (before.containsKey("exec") || before.containsKey("sleep")) {
            kept.put("preStop", before);
        } else if (!before.isEmpty()) {
            leftOut("lifecycle.preStop", "it is exec or sleep", "use exec with curl or the like");
        }
        lifecycle.text("stopSignal").ifPresent(signal -> kept.put("stopSignal", signal));
        draft.template("lifecycle", kept);
        lifecycle
                .rest()
                .keySet()
                .forEach(key -> leftOut(
                        "lifecycle." + key,
                        "nothing runs beside the first process",
                        "do it in the image's entrypoint"));
    }

    /** Those of the container go before those of the Pod. */
    private void security(Fields pod, Fields container) {
        if (container.flag("readOnlyRootFilesystem")) {
            draft.readOnlyRoot();
        }
        var context = new LinkedHashMap<String, Object>();
        for (var field : SECURITY) {
            var own = container.value(field);
            var shared = pod.value(field);
            own.or(() -> shared).ifPresent(value -> context.put(field, value));
        }
        if (!context.containsKey("runAsUser") && context.remove("runAsGroup") != null) {
            leftOut("securityContext.runAsGroup", "it needs a runAsUser", "set both");
        }
        container.fields("capabilities").ifPresent(capabilities -> {
            var kept = new LinkedHashMap<String, Object>();
            for (var change : List.of("add", "drop")) {
                var names = capabilities.texts(change);
                if (!names.isEmpty()) {
                    kept.put(change, names);
                }
            }
            if (kept.containsKey("add")) {
                draft.notes()
                        .changed(
                                draft.name(),
                                "capabilities " + kept.get("add") + " may be refused",
                                "the operator's configuration says which are allowed",
                                "drop them, or let mayfly.capabilities-allowed name them");
            }
            context.put("capabilities", kept);
        });
        draft.template("securityContext", context);
        container
                .value("allowPrivilegeEscalation")
                .filter(Boolean.TRUE::equals)
                .ifPresent(escalation -> leftOut(
                        "securityContext.allowPrivilegeEscalation",
                        "every replica has no-new-privileges",
                        "do without"));
        container
                .value("privileged")
                .filter(Boolean.TRUE::equals)
                .ifPresent(privileged ->
                        leftOut("securityContext.privileged", OWN, "run it without Mayfly if it needs that"));
        for (var fields : List.of(pod, container)) {
            fields.rest().keySet().stream()
                    .filter(key -> !key.equals("seccompProfile"))
                    .forEach(key -> leftOut("securityContext." + key, OWN, "set it on the engine"));
        }
    }

    private void rest(Fields pod, Fields container) {
        SILENT.forEach(pod::value);
        pod.value("serviceAccount");
        container.value("terminationMessagePath");
        container
                .text("terminationMessagePolicy")
                .filter(policy -> !policy.equals("File"))
                .ifPresent(policy -> leftOut(
                        "terminationMessagePolicy", "Mayfly's own field is outputPolicy", "set it to OnFailure"));
        container
                .rest()
                .keySet()
                .forEach(key -> leftOut(key, "a replica has nothing like it", "do without, or do it in the image"));
        for (var key : new ArrayList<>(pod.rest().keySet())) {
            leftOut(key, "it is about Pods and nodes, and a replica is a container of one engine", "do without");
        }
    }

    private void leftOut(String what, String why, String instead) {
        draft.notes().leftOut(draft.name(), what, why, instead);
    }
}
