package dev.mayfly.node.registration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.testing.AnsweringApiServer;
import dev.mayfly.testing.AnsweringApiServer.Request;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.certificates.v1.CertificateSigningRequest;
import io.fabric8.kubernetes.api.model.certificates.v1.CertificateSigningRequestBuilder;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** With an API server that signs, refuses or does nothing, as a test says. */
class ServingIdentityTest {
    private static final String REQUESTS = "/apis/certificates.k8s.io/v1/certificatesigningrequests";
    private static final InetAddress ADDRESS = InetAddress.getLoopbackAddress();

    private final List<Request> writes = new CopyOnWriteArrayList<>();
    private final NodeObject node = new NodeObject("mayfly-host", "feedfeedfeed", "docker", "0.1.0", 500);
    private volatile Instant now = Instant.parse("2026-11-30T12:00:00Z");
    private volatile X509Certificate authority = certificate("authority");
    /** The request as the API server has it now. */
    private volatile CertificateSigningRequest state = pending();

    private volatile boolean deletable = true;

    private final AnsweringApiServer server = new AnsweringApiServer(this::answer);
    private final ServingIdentity identity = new ServingIdentity(server.client(), node, ADDRESS, () -> now);

    ServingIdentityTest() throws IOException {}

    @AfterEach
    void close() {
        server.close();
    }

    private Object answer(Request request) {
        if (!request.method().equals("GET")) {
            writes.add(request);
        }
        if (request.method().equals("DELETE") && !deletable) {
            return AnsweringApiServer.FORBIDDEN;
        }
        return request.path().startsWith(REQUESTS)
                ? state
                : new ConfigMapBuilder()
                        .addToData("client-ca-file", pem(authority))
                        .build();
    }

    @Test
    void aCertificateOfItsOwnIsServedUntilTheClusterHasSignedOne() {
        var own = identity.current().chain().getFirst();
        assertThat(own.getIssuerX500Principal()).isEqualTo(own.getSubjectX500Principal());

        assertThat(refresh()).as("asked").isFalse();
        assertThat(identity.answerIsDue()).isTrue();
        assertThat(identity.current().chain()).containsExactly(own);

        var signed = certificate("system:node:mayfly-host");
        sign(signed);
        assertThat(refresh()).isTrue();
        assertThat(identity.current().chain()).containsExactly(signed);
        assertThat(identity.answerIsDue()).isFalse();
    }

    @Test
    void theRequestIsApprovedAndDeletedOnceItIsAnswered() {
        identity.refresh();
        assertThat(writes)
                .extracting(Request::method)
                .containsExactly("DELETE", "POST", "PUT"); // of an earlier operator, the request, its approval
        assertThat(writes.getLast().path()).isEqualTo(REQUESTS + "/mayfly-host-serving/approval");

        sign(certificate("system:node:mayfly-host"));
        identity.refresh();
        assertThat(writes.getLast().method()).isEqualTo("DELETE");
    }

    @Test
    void aRequestThatCanTBeDeletedKeepsNothingFromBeingServed() {
        identity.refresh();
        var signed = certificate("system:node:mayfly-host");
        sign(signed);
        deletable = false;

        assertThat(refresh()).isTrue();
        assertThat(identity.current().chain()).containsExactly(signed);
        assertThat(writes.getLast().method()).isEqualTo("DELETE");
    }

    @Test
    void aRequestWithoutAnAnswerStaysForAnHour() {
        identity.refresh();
        now = now.plusSeconds(11);
        assertThat(refresh()).isFalse();
        assertThat(identity.answerIsDue()).isFalse();
        assertThat(writes).hasSize(3);

        sign(certificate("system:node:mayfly-host"));
        assertThat(refresh()).as("a person approved it").isTrue();
    }

    @Test
    void afterARefusalTheClusterIsAskedAgainInAnHour() {
        identity.refresh();
        deny();
        assertThat(refresh()).isFalse();

        assertAskedAgainAfter(Duration.ofMinutes(60), Duration.ofMinutes(59));
    }

    @Test
    void theCertificateIsRenewedAfterTwoThirdsOfItsLife() {
        identity.refresh();
        sign(certificate("system:node:mayfly-host"));
        identity.refresh();

        assertAskedAgainAfter(Duration.ofDays(60), Duration.ofDays(59));
    }

    @Test
    void oneOfItsOwnIsRenewedAfterTwoThirdsOfItsLifeToo() {
        var own = identity.current().chain().getFirst();
        now = now.plus(Duration.ofDays(59));
        identity.refresh();
        assertThat(identity.current().chain()).containsExactly(own);

        now = now.plus(Duration.ofDays(1));
        identity.refresh();
        assertServesOneOfItsOwn();
        assertThat(identity.current().chain()).doesNotContain(own);
    }

    @Test
    void aCertificateThatTheClusterRefusesToRenewIsServedUntilItsEndAndThenOneOfItsOwn() {
        var signed = signed();
        var end = signed.getNotAfter().toInstant();

        now = end.minus(Duration.ofDays(30));
        identity.refresh();
        deny();
        for (; now.isBefore(end.minusSeconds(60)); now = now.plus(Duration.ofHours(7))) {
            identity.refresh();
            assertThat(identity.current().chain()).containsExactly(signed);
        }
        now = end.minusSeconds(60);
        identity.refresh();

        assertServesOneOfItsOwn();
    }

    @Test
    void aCertificateWhoseRenewalIsIgnoredIsFollowedByOneOfItsOwnUntilThatIsSigned() {
        var end = signed().getNotAfter().toInstant();
        now = end.minus(Duration.ofDays(30));
        state = pending();
        identity.refresh();

        now = end;
        identity.refresh();
        assertServesOneOfItsOwn();

        identity.refresh(); // the last request was an old one
        var late = certificate("system:node:mayfly-host");
        sign(late);
        identity.refresh();
        assertThat(identity.current().chain()).containsExactly(late);
    }

    /** The certificate that it serves then. */
    private X509Certificate signed() {
        identity.refresh();
        var signed = certificate("system:node:mayfly-host");
        sign(signed);
        identity.refresh();
        assertThat(identity.current().chain()).containsExactly(signed);
        return signed;
    }

    private void assertServesOneOfItsOwn() {
        assertThat(identity.current().chain()).singleElement().satisfies(own -> {
            assertThat(own.getIssuerX500Principal()).isEqualTo(own.getSubjectX500Principal());
            assertThat(own.getNotAfter().toInstant()).isAfter(now.plus(Duration.ofDays(80)));
        });
    }

    /** @param before still too early */
    private void assertAskedAgainAfter(Duration wait, Duration before) {
        var asked = writes.size();
        var since = now;

        now = since.plus(before);
        identity.refresh();
        assertThat(writes).hasSize(asked);

        now = since.plus(wait);
        identity.refresh();
        assertThat(writes).hasSize(asked + 3);
    }

    @Test
    void authoritiesOfClientsThatChangeAreRead() {
        assertThat(identity.current().clientCas()).containsExactly(authority);
        identity.refresh();

        authority = certificate("another");
        assertThat(refresh()).isFalse();
        now = now.plus(Duration.ofMinutes(10));
        assertThat(refresh()).isTrue();
        assertThat(identity.current().clientCas()).containsExactly(authority);
    }

    /** True if the identity changed. */
    private boolean refresh() {
        var before = identity.current();
        identity.refresh();
        return !before.equals(identity.current());
    }

    private static CertificateSigningRequest pending() {
        return new CertificateSigningRequestBuilder()
                .withNewMetadata()
                .withName("mayfly-host-serving")
                .endMetadata()
                .withNewSpec()
                .endSpec()
                .build();
    }

    private void deny() {
        state = new CertificateSigningRequestBuilder(pending())
                .withNewStatus()
                .addNewCondition()
                .withType("Denied")
                .withMessage("no")
                .endCondition()
                .endStatus()
                .build();
    }

    private void sign(X509Certificate certificate) {
        var pem = pem(certificate).getBytes(StandardCharsets.US_ASCII);
        state = new CertificateSigningRequestBuilder(pending())
                .withNewStatus()
                .withCertificate(Base64.getEncoder().encodeToString(pem))
                .endStatus()
                .build();
    }

    private X509Certificate certificate(String name) {
        return SignedCertificates.signed(name, now);
    }

    private static String pem(X509Certificate certificate) {
        try {
            return ServingCertificateTest.pem(certificate.getEncoded());
        } catch (CertificateEncodingException e) {
            throw new IllegalStateException(e);
        }
    }
}
