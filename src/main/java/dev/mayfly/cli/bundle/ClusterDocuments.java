package dev.mayfly.cli.bundle;

import static java.net.URLEncoder.encode;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mayfly.core.model.Text;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.StreamSupport;

/** A cluster's objects of Mayfly, as its API server shows them: nothing is redacted yet. */
final class ClusterDocuments {
    static final String WORKLOADS = "ephemeralworkloads";
    static final List<String> KINDS = List.of(WORKLOADS, "ephemeraltasks", "imagepolicies");

    private static final List<String> OF_NAMESPACES = KINDS.subList(0, 2);
    private static final String API = "/apis/mayfly.dev/v1alpha1";
    /** Objects in an answer: each may have the 1.5 MiB that etcd holds. */
    private static final int PAGE = 20;
    /** Of one kind. */
    private static final int PAGES = 50;
    /** Characters of one kind; then no further page is read. */
    private static final long LARGEST_LIST = 2L * BundleArchive.LARGEST_FILE;
    /** Of one container's log: the newest. */
    private static final int LOG_LINES = 20_000;

    private static final int LOG_BYTES = 4 * 1024 * 1024;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final KubernetesClient client;
    private final String namespace;
    private final String operators;
    private final Omissions omissions;
    private final Map<String, JsonNode> read = new LinkedHashMap<>();
    private final Map<String, String> logs = new LinkedHashMap<>();
    private final Map<String, String> metrics = new LinkedHashMap<>();

    /**
     * @param namespace whose workloads and tasks are meant; empty: all
     * @param operators the operator's namespace
     * @param omissions told what can't be read
     */
    ClusterDocuments(KubernetesClient client, String namespace, String operators, Omissions omissions) {
        this.client = client;
        this.namespace = namespace;
        this.operators = operators;
        this.omissions = omissions;
    }

    /** Reads all documents and texts. */
    void read() {
        document("version", "/version");
        for (var kind : KINDS) {
            list(kind, API + scope(OF_NAMESPACES.contains(kind) ? namespace : "") + "/" + kind, "");
            crd(kind + ".mayfly.dev");
        }
        for (var kind : List.of("EphemeralWorkload", "EphemeralTask", "ImagePolicy")) {
            list(
                    "events-" + kind.toLowerCase(Locale.ROOT),
                    "/api/v1" + scope(namespace) + "/events",
                    "&fieldSelector=involvedObject.kind=" + kind);
        }
        list("pods", "/api/v1" + scope(namespace) + "/pods", "&labelSelector=mayfly.dev/owner-uid");
        list("nodes", "/api/v1/nodes", "&labelSelector=mayfly.dev/virtual-node");
        list("leases", "/apis/coordination.k8s.io/v1" + scope(operators) + "/leases", "");
        list("operator-deployments", "/apis/apps/v1" + scope(operators) + "/deployments", "");
        list("operator-pods", "/api/v1" + scope(operators) + "/pods", "&labelSelector=app.kubernetes.io/name=mayfly");
        if (namespace.isEmpty()) {
            list("events-operator", "/api/v1" + scope(operators) + "/events", "");
            items("operator-pods").forEach(pod -> logs(pod.at("/metadata/name").asText()));
        } else { // the Secrets that other namespaces name are not searched for
            omissions.add("events-operator and log", "they are about all namespaces: leave out --namespace");
        }
        items("nodes").forEach(node -> metrics(node.at("/metadata/name").asText()));
    }

    /** By name of a file, without its ending. */
    Map<String, JsonNode> documents() {
        return read;
    }

    /** Logs, by name of a file. They may quote anything. */
    Map<String, String> logs() {
        return logs;
    }

    /** As the virtual nodes serve them, by name of a file. */
    Map<String, String> metrics() {
        return metrics;
    }

    /** The values of the Secrets that the resources name, and those that stand in the resources themselves. */
    SecretValues secrets() {
        var values = new SecretValues();
        var seen = new HashSet<String>();
        for (var kind : OF_NAMESPACES) {
            for (var resource : items(kind)) {
                values.addLiterals(resource.path("spec"));
                var in = resource.at("/metadata/namespace").asText();
                SecretValues.named(resource.path("spec")).stream()
                        .filter(name -> seen.add(in + "/" + name))
                        .forEach(name -> secret(in, name, values));
            }
        }
        for (var name : List.of("pods", "operator-deployments", "operator-pods")) {
            items(name).forEach(one -> values.addLiterals(one.path("spec")));
        }
        if (omissions.any("resources")) {
            values.incomplete();
        }
        return values;
    }

    /** How many resources there are, and in which state their conditions are. */
    Map<String, Object> counts() {
        var counts = new TreeMap<String, Object>();
        for (var kind : KINDS) {
            var conditions = new TreeMap<String, Integer>();
            for (var resource : items(kind)) {
                resource.at("/status/conditions")
                        .forEach(condition -> conditions.merge(
                                condition.path("type").asText() + "="
                                        + condition.path("status").asText() + " "
                                        + condition.path("reason").asText(),
                                1,
                                Integer::sum));
            }
            counts.put(kind, Map.of("number", items(kind).size(), "conditions", conditions));
        }
        for (var field : List.of("replicas", "readyReplicas", "availableReplicas", "updatedReplicas")) {
            counts.put(
                    field,
                    items(WORKLOADS).stream()
                            .mapToInt(
                                    workload -> workload.at("/status/" + field).asInt())
                            .sum());
        }
        return counts;
    }

    private List<JsonNode> items(String name) {
        var list = read.get(name);
        return list == null
                ? List.of()
                : StreamSupport.stream(list.path("items").spliterator(), false).toList();
    }

    private static String scope(String namespace) {
        return namespace.isEmpty() ? "" : "/namespaces/" + namespace;
    }

    /** In pages, so that objects of a hostile size are not held all at once. */
    private void list(String name, String path, String selector) {
        var first = path + "?limit=" + PAGE + selector;
        var next = "";
        var size = 0L;
        for (int page = 0; page < PAGES && size < LARGEST_LIST; page++) {
            var answer = answer(name, next.isEmpty() ? first : first + "&continue=" + encode(next, UTF_8));
            if (answer.isEmpty()) {
                return;
            }
            var list = answer.get();
            next = list.at("/metadata/continue").asText();
            size += list.toString().length();
            if (read.putIfAbsent(name, list) instanceof ObjectNode before) {
                list.path("items").forEach(before.withArrayProperty("items")::add);
            }
            if (next.isEmpty()) {
                return;
            }
        }
        omissions.add(omission(name), "only the first " + items(name).size() + " are here");
    }

    /** Resources that are not all read name Secrets that nobody looks for. */
    private static String omission(String name) {
        return OF_NAMESPACES.contains(name) ? "resources: " + name : name;
    }

    private void crd(String name) {
        document("crd", "/apis/apiextensions.k8s.io/v1/customresourcedefinitions/" + name);
        var crd = read.remove("crd");
        if (crd != null) {
            var head = JSON.createObjectNode();
            head.set("metadata", crd.path("metadata"));
            head.set("status", crd.path("status"));
            read.put("crd-" + name, head);
        }
    }

    private void document(String name, String path) {
        answer(name, path).ifPresent(document -> read.put(name, document));
    }

    private Optional<JsonNode> answer(String name, String path) {
        try {
            var answer = client.raw(path);
            if (answer != null) {
                return Optional.of(JSON.readTree(answer));
            }
            omissions.add(omission(name), "the cluster has none");
        } catch (KubernetesClientException | JsonProcessingException refused) {
            omissions.add(omission(name), refused);
        }
        return Optional.empty();
    }

    private void secret(String in, String name, SecretValues values) {
        try {
            var secret = client.raw("/api/v1/namespaces/" + in + "/secrets/" + name);
            if (secret != null) {
                values.addSecret(JSON.readTree(secret));
            }
        } catch (KubernetesClientException | JsonProcessingException refused) {
            values.incomplete();
            omissions.add(
                    "messages and logs",
                    "Secret " + in + "/" + name + " can't be read, so nobody can say whether they quote it");
        }
    }

    private void logs(String pod) {
        for (var previous : List.of(false, true)) {
            var path = "/api/v1/namespaces/" + operators + "/pods/" + pod + "/log?tailLines=" + LOG_LINES
                    + "&limitBytes=" + LOG_BYTES + "&previous=" + previous;
            var name = pod + (previous ? "-previous" : "") + ".log";
            text(path, !previous, name).ifPresent(log -> logs.put(name, log));
        }
    }

    /** As the virtual node serves them to those who may read them. */
    private void metrics(String node) {
        var name = "metrics-" + node + ".txt";
        text("/api/v1/nodes/" + node + "/proxy/metrics", true, name).ifPresent(text -> metrics.put(name, text));
    }

    /** @param expected whether it is worth a word that there is none */
    private Optional<String> text(String path, boolean expected, String name) {
        try {
            var text = Optional.ofNullable(client.raw(path));
            if (text.isEmpty() && expected) {
                omissions.add(name, "the cluster has none");
            }
            return text.map(all -> Text.lastBytes(all, LOG_BYTES));
        } catch (KubernetesClientException refused) {
            if (expected) {
                omissions.add(name, refused);
            }
            return Optional.empty();
        }
    }
}
