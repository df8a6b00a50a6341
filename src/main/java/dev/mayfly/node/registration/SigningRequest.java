package dev.mayfly.node.registration;

import static java.net.HttpURLConnection.HTTP_FORBIDDEN;

import dev.mayfly.runtime.Ownership;
import io.fabric8.kubernetes.api.model.certificates.v1.CertificateSigningRequest;
import io.fabric8.kubernetes.api.model.certificates.v1.CertificateSigningRequestBuilder;
import io.fabric8.kubernetes.api.model.certificates.v1.CertificateSigningRequestConditionBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.CertificateSigningRequestResource;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.util.Base64;
import java.util.Optional;
import java.util.Set;

/**
 * A request to the cluster to sign the node's serving certificate. It exists until its answer has been taken. Calls wait
 * for the API server, and throw {@link KubernetesClientException} if it refuses or does not answer.
 */
final class SigningRequest {
    private static final String SIGNER = "kubernetes.io/kubelet-serving";
    private static final Set<String> REFUSED = Set.of("Denied", "Failed");

    private final KubernetesClient client;
    private final String name;
    private final PrivateKey key;

    private SigningRequest(KubernetesClient client, String name, PrivateKey key) {
        this.client = client;
        this.name = name;
        this.key = key;
    }

    /** The cluster does not sign. */
    static final class Unsigned extends Exception {
        private static final long serialVersionUID = 1L;

        Unsigned(String message) {
            super(message);
        }
    }

    /** Creates a request in place of an earlier one of this node, and approves it if the operator may. */
    static SigningRequest create(KubernetesClient client, String cluster, String node, InetAddress address) {
        KeyPair keys = ServingCertificate.newKeys();
        var request = new SigningRequest(client, node + "-serving", keys.getPrivate());
        request.delete();
        var pem = ServingCertificate.request(node, address, keys).getBytes(StandardCharsets.US_ASCII);
        client.resource(new CertificateSigningRequestBuilder()
                        .withNewMetadata()
                        .withName(request.name)
                        .addToLabels(Ownership.CLUSTER, cluster)
                        .endMetadata()
                        .withNewSpec()
                        .withSignerName(SIGNER)
                        .withUsages("digital signature", "server auth") // the signer takes no others for such a key
                        .withRequest(Base64.getEncoder().encodeToString(pem))
                        .endSpec()
                        .build())
                .create();
        request.approve();
        return request;
    }

    /** A person, or a controller of the cluster, may approve it as well. */
    private void approve() {
        try {
            resource()
                    .approve(new CertificateSigningRequestConditionBuilder()
                            .withType("Approved")
                            .withStatus("True")
                            .withReason("OwnServingCertificate")
                            .withMessage("The operator approves the certificate of its own virtual node")
                            .build());
        } catch (KubernetesClientException refused) {
            if (refused.getCode() != HTTP_FORBIDDEN) {
                throw refused;
            }
        }
    }

    String name() {
        return name;
    }

    /**
     * The certificate; empty: it is not signed yet.
     *
     * @throws Unsigned if it won't be: the request was denied or deleted, or its answer is none
     */
    Optional<ServingCertificate> answer() throws Unsigned {
        var request = resource().get();
        if (request == null) {
            throw new Unsigned("CertificateSigningRequest " + name + " was deleted");
        }
        refuse(request);
        var signed = request.getStatus() == null ? null : request.getStatus().getCertificate();
        if (signed == null || signed.isEmpty()) {
            return Optional.empty();
        }
        try {
            var pem = new String(Base64.getDecoder().decode(signed), StandardCharsets.US_ASCII);
            return Optional.of(new ServingCertificate(key, ServingCertificate.parse(pem)));
        } catch (GeneralSecurityException | IllegalArgumentException unreadable) {
            throw new Unsigned("the certificate in CertificateSigningRequest " + name + " can't be read: "
                    + unreadable.getMessage());
        }
    }

    private void refuse(CertificateSigningRequest request) throws Unsigned {
        var refusal = request.getStatus() == null
                ? Optional.<String>empty()
                : request.getStatus().getConditions().stream()
                        .filter(condition -> REFUSED.contains(condition.getType()))
                        .map(condition -> condition.getType() + ": " + condition.getMessage())
                        .findFirst();
        if (refusal.isPresent()) {
            throw new Unsigned("CertificateSigningRequest " + name + " is " + refusal.get());
        }
    }

    /** Does nothing if it is gone. */
    void delete() {
        resource().delete();
    }

    private CertificateSigningRequestResource<CertificateSigningRequest> resource() {
        return client.certificates().v1().certificateSigningRequests().withName(name);
    }
}
