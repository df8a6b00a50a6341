package dev.mayfly.e2e.node;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.mayfly.node.kubelet.Certificates;
import dev.mayfly.testing.Cluster;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.StatusBuilder;
import io.fabric8.kubernetes.api.model.admission.v1.AdmissionResponse;
import io.fabric8.kubernetes.api.model.admission.v1.AdmissionResponseBuilder;
import io.fabric8.kubernetes.api.model.admission.v1.AdmissionReview;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.MutatingWebhookConfiguration;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.MutatingWebhookConfigurationBuilder;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;

/** An admission webhook that the API server calls for each Pod that is created in a namespace. */
final class PodWebhook implements AutoCloseable {
    private final HttpsServer server;
    private final MutatingWebhookConfiguration configuration;
    private final Function<Pod, AdmissionResponse> decision;
    private final List<String> created = new CopyOnWriteArrayList<>();

    /** @param address of this machine, at which the API server reaches it */
    PodWebhook(String namespace, String address, Function<Pod, AdmissionResponse> decision) throws Exception {
        this.decision = decision;
        var authority = new Certificates("webhooks");
        server = HttpsServer.create(new InetSocketAddress(address, 0), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(authority.context(authority.issue("CN=webhook", address))));
        server.createContext("/", this::answer);
        server.start();
        configuration = new MutatingWebhookConfigurationBuilder()
                .withNewMetadata()
                .withName(namespace)
                .endMetadata()
                .addNewWebhook()
                .withName("pods.example.com")
                .withNewClientConfig()
                .withUrl("https://" + address + ":" + server.getAddress().getPort() + "/")
                .withCaBundle(Base64.getEncoder().encodeToString(pem(authority).getBytes(StandardCharsets.US_ASCII)))
                .endClientConfig()
                .withNewNamespaceSelector()
                .addToMatchLabels("kubernetes.io/metadata.name", namespace)
                .endNamespaceSelector()
                .addNewRule()
                .withApiGroups("")
                .withApiVersions("v1")
                .withResources("pods")
                .withOperations("CREATE")
                .endRule()
                .withFailurePolicy("Fail")
                .withSideEffects("None")
                .withAdmissionReviewVersions("v1")
                .endWebhook()
                .build();
        Cluster.client().resource(configuration).create();
    }

    static AdmissionResponse allowed() {
        return new AdmissionResponseBuilder().withAllowed(true).build();
    }

    static AdmissionResponse refused(String message) {
        return new AdmissionResponseBuilder()
                .withAllowed(false)
                .withStatus(new StatusBuilder().withMessage(message).build())
                .build();
    }

    /** @param patch as RFC 6902 has it */
    static AdmissionResponse changed(String patch) {
        return new AdmissionResponseBuilder()
                .withAllowed(true)
                .withPatchType("JSONPatch")
                .withPatch(Base64.getEncoder().encodeToString(patch.getBytes(StandardCharsets.UTF_8)))
                .build();
    }

    /** How often a Pod of that name was to be created. */
    long calls(String pod) {
        return created.stream().filter(pod::equals).count();
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            var review = Serialization.unmarshal(exchange.getRequestBody(), AdmissionReview.class);
            var pod = (Pod) review.getRequest().getObject();
            created.add(pod.getMetadata().getName());
            var response = decision.apply(pod);
            response.setUid(review.getRequest().getUid());
            review.setRequest(null);
            review.setResponse(response);
            var body = Serialization.asJson(review).getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().add("Content-Type", "application/json");
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
        }
    }

    private static String pem(Certificates authority) throws Exception {
        return "-----BEGIN CERTIFICATE-----\n%s\n-----END CERTIFICATE-----\n"
                .formatted(Base64.getMimeEncoder()
                        .encodeToString(authority.authority().getEncoded()));
    }

    /** The API server doesn't call it any more a moment later. */
    @Override
    public void close() {
        Cluster.client().resource(configuration).delete();
        server.stop(0);
    }
}
