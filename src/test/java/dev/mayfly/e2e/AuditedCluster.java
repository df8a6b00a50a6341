package dev.mayfly.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.mayfly.testing.Cluster;
import dev.mayfly.testing.Lane;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.testcontainers.images.builder.Transferable;
import org.testcontainers.k3s.K3sContainer;

/** An API server of its own that writes an audit log, with the CRDs. */
public final class AuditedCluster implements AutoCloseable {
    private static final String POLICY_FILE = "/audit-policy.yaml";
    private static final String LOG_FILE = "/tmp/audit.log";
    /** A watch is known by its beginning, every other request by its end. */
    private static final String POLICY = """
            apiVersion: audit.k8s.io/v1
            kind: Policy
            omitStages: [RequestReceived]
            rules: [{level: Metadata}]
            """;

    private static final ObjectMapper JSON = new ObjectMapper();

    private final K3sContainer container;
    private final KubernetesClient client;

    public AuditedCluster() {
        container = Cluster.unstarted();
        container.withCopyToContainer(Transferable.of(POLICY), POLICY_FILE);
        container.withCommand(Stream.concat(
                        Arrays.stream(container.getCommandParts()),
                        Stream.of(
                                "--kube-apiserver-arg=audit-policy-file=" + POLICY_FILE,
                                "--kube-apiserver-arg=audit-log-path=" + LOG_FILE))
                .toArray(String[]::new));
        container.start();
        client = new KubernetesClientBuilder()
                .withConfig(Config.fromKubeconfig(kubeconfig()))
                .build();
        Cluster.applyCrds(client);
    }

    public KubernetesClient client() {
        return client;
    }

    /** With all rights, as the content of a kubeconfig file. */
    public String kubeconfig() {
        return container.getKubeConfigYaml();
    }

    /**
     * A request for an object.
     *
     * @param group empty: the core group
     * @param resource with its subresource, such as {@code pods/status}
     * @param namespace empty: none, or all
     * @param name empty: none
     */
    public record Request(String verb, String group, String resource, String namespace, String name, int code) {
        private static final int CREATED = 201;

        /** A server-side apply of what was not there: the API server asks whether it may be created, too. */
        public boolean isCreationByPatch() {
            return verb.equals("patch") && code == CREATED;
        }

        public Request as(String otherVerb) {
            return new Request(otherVerb, group, resource, namespace, name, code);
        }
    }

    /** The requests that this user made. */
    public List<Request> requestsOf(String user) {
        try {
            var log = Files.createTempFile("audit", ".log");
            container.copyFileFromContainer(LOG_FILE, log.toString());
            var lines = Files.readAllLines(log);
            Files.delete(log);
            var requests = new ArrayList<Request>();
            for (var line : lines) {
                var event = JSON.readTree(line);
                if (event.at("/user/username").asText().equals(user) && event.has("objectRef")) {
                    requests.add(request(event));
                }
            }
            return requests;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Request request(JsonNode event) {
        var object = event.path("objectRef");
        var part = object.path("subresource").asText();
        return new Request(
                event.path("verb").asText(),
                object.path("apiGroup").asText(),
                object.path("resource").asText() + (part.isEmpty() ? "" : "/" + part),
                object.path("namespace").asText(),
                object.path("name").asText(),
                event.at("/responseStatus/code").asInt());
    }

    /** The kubeconfig file for {@code kubectl}. */
    public Path kubeconfigFile() {
        try {
            return Files.writeString(Path.of("target", "audited-" + Lane.mark() + ".kubeconfig"), kubeconfig());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        client.close();
        container.stop();
    }
}
