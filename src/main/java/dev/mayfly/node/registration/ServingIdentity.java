package dev.mayfly.node.registration;

import dev.mayfly.node.kubelet.Identity;
import dev.mayfly.node.registration.SigningRequest.Unsigned;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.InetAddress;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.jboss.logging.Logger;

/**
 * The certificate of the node's server, and the authorities of its clients. The server signs the certificate itself until
 * the cluster has signed one; each is replaced after two thirds of its life. If the cluster signs no other one, one of the
 * server's own follows in the end. One thread at a time.
 */
final class ServingIdentity {
    private static final Logger LOG = Logger.getLogger(ServingIdentity.class);
    /** A cluster that signs needs less than a second. */
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    /** A person may approve a request until then; then, and after a refusal, there is another one. */
    private static final Duration ASK_AGAIN = Duration.ofHours(1);

    /** Before the end of a certificate that the cluster did not renew. */
    private static final Duration LAST = Duration.ofMinutes(1);

    private static final Duration READ_AUTHORITIES = Duration.ofMinutes(10);

    private static final String OWN =
            "The node serves one of its own, which an API server with --kubelet-certificate-authority refuses.";

    private final KubernetesClient client;
    private final NodeObject node;
    private final InetAddress address;
    private final InstantSource wall;
    private ServingCertificate certificate;
    private final ClientAuthorities trusted;
    private List<X509Certificate> authorities;
    private Optional<SigningRequest> request = Optional.empty();
    /** When the request was made. */
    private Instant requested = Instant.MIN;
    /** When the next one may be. */
    private Instant next = Instant.MIN;

    private Instant authoritiesRead;
    private boolean warned;

    /**
     * @param address of the node, which the certificate names
     * @param wall the machine's clock, by which certificates hold
     * @throws KubernetesClientException if the API server does not answer
     */
    ServingIdentity(KubernetesClient client, NodeObject node, InetAddress address, InstantSource wall) {
        this.client = client;
        this.node = node;
        this.address = address;
        this.wall = wall;
        this.certificate = ServingCertificate.selfMade(node.name(), address, wall.instant());
        this.trusted = new ClientAuthorities(client);
        this.authorities = trusted.read();
        this.authoritiesRead = wall.instant();
    }

    Identity current() {
        return new Identity(certificate.key(), certificate.chain(), authorities);
    }

    /** True while a request is so young that its answer is due any moment. */
    boolean answerIsDue() {
        return request.isPresent() && wall.instant().isBefore(requested.plus(PATIENCE));
    }

    /**
     * Takes the next step: asks for a certificate, takes the answer, reads the authorities again.
     *
     * @throws KubernetesClientException if the API server does not answer; {@link #current} may have changed before that
     */
    void refresh() {
        var now = wall.instant();
        if (!now.isBefore(ownIsDue())) {
            sign(now);
        }
        if (!now.isBefore(authoritiesRead.plus(READ_AUTHORITIES))) {
            authorities = trusted.read();
            authoritiesRead = now;
        }
        if (request.isPresent()) {
            take(request.get(), now);
        } else if (!now.isBefore(next) && (isSelfMade() || !now.isBefore(certificate.renewal()))) {
            ask(now);
        }
    }

    /** When one of its own takes the place of the certificate. */
    private Instant ownIsDue() {
        return isSelfMade() ? certificate.renewal() : certificate.end().minus(LAST);
    }

    private void sign(Instant now) {
        if (!isSelfMade()) {
            LOG.warnf(
                    "The cluster did not renew the certificate of node %s, which ends at %s. %s",
                    node.name(), certificate.end(), OWN);
        }
        certificate = ServingCertificate.selfMade(node.name(), address, now);
    }

    private boolean isSelfMade() {
        var own = certificate.chain().getFirst();
        return own.getIssuerX500Principal().equals(own.getSubjectX500Principal());
    }

    private void ask(Instant now) {
        next = now.plus(ASK_AGAIN);
        requested = now;
        try {
            request = Optional.of(SigningRequest.create(client, node.cluster(), node.name(), address));
        } catch (KubernetesClientException refused) {
            if (refused.getCode() == 0) { // no answer
                next = now;
                throw refused;
            }
            warn("the request was refused: " + refused.getMessage(), "Check the operator's permissions");
        }
    }

    private void take(SigningRequest pending, Instant now) {
        try {
            var answer = pending.answer();
            if (answer.isPresent()) {
                certificate = answer.get();
                end(pending);
                next = certificate.renewal();
                warned = false;
                LOG.infof("The cluster signed the certificate of node %s; it is renewed at %s", node.name(), next);
            } else if (!now.isBefore(requested.plus(ASK_AGAIN))) {
                end(pending);
            } else if (!answerIsDue()) {
                warn(
                        "CertificateSigningRequest " + pending.name() + " has no answer yet",
                        "To approve it: kubectl certificate approve " + pending.name());
            }
        } catch (Unsigned refused) {
            end(pending);
            warn(refused.getMessage(), "It is requested again in an hour");
        }
    }

    private void end(SigningRequest pending) {
        request = Optional.empty();
        try {
            pending.delete();
        } catch (KubernetesClientException failed) {
            LOG.debugf("A request that was answered stays until the next one: %s", failed.getMessage());
        }
    }

    /** Once, until the cluster signs. */
    private void warn(String why, String todo) {
        if (!warned) {
            LOG.warnf(
                    "The cluster has not signed a certificate for node %s: %s. %s %s.",
                    node.name(),
                    why,
                    isSelfMade() ? OWN : "The node serves the one before until " + certificate.end() + ".",
                    todo);
            warned = true;
        }
    }
}
