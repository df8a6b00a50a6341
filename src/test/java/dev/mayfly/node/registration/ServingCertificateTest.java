package dev.mayfly.node.registration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.StringReader;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.operator.jcajce.JcaContentVerifierProviderBuilder;
import org.bouncycastle.pkcs.PKCS10CertificationRequest;
import org.junit.jupiter.api.Test;

class ServingCertificateTest {
    private static final Instant NOW = Instant.parse("2026-11-30T12:00:00Z");
    private static final InetAddress ADDRESS = address();

    @Test
    void aRequestHasWhatTheClustersSignerDemands() throws Exception {
        var keys = ServingCertificate.newKeys();
        PKCS10CertificationRequest request;
        try (var pem = new PEMParser(new StringReader(ServingCertificate.request("mayfly-host", ADDRESS, keys)))) {
            request = (PKCS10CertificationRequest) pem.readObject();
        }

        assertThat(request.getSubject()).hasToString("O=system:nodes,CN=system:node:mayfly-host");
        var names = GeneralNames.fromExtensions(request.getRequestedExtensions(), Extension.subjectAlternativeName);
        assertThat(names.getNames()).singleElement().asString().contains("7: #ac110001");
        assertThat(request.isSignatureValid(new JcaContentVerifierProviderBuilder().build(keys.getPublic())))
                .isTrue();
    }

    @Test
    void aSelfMadeCertificateHoldsForTheAddress() throws GeneralSecurityException {
        var made = ServingCertificate.selfMade("mayfly-host", ADDRESS, NOW);
        var certificate = made.chain().getFirst();

        certificate.checkValidity(java.util.Date.from(NOW));
        certificate.verify(certificate.getPublicKey());
        assertThat(certificate.getSubjectX500Principal().getName()).contains("CN=system:node:mayfly-host");
        assertThat(certificate.getSubjectAlternativeNames()).containsExactly(List.of(7, "172.17.0.1"));
        assertThat(certificate.getExtendedKeyUsage()).containsExactly("1.3.6.1.5.5.7.3.1");
    }

    @Test
    void itIsRenewedAfterTwoThirdsOfItsLife() {
        var made = ServingCertificate.selfMade("mayfly-host", ADDRESS, NOW);

        assertThat(Duration.between(NOW, made.renewal())).isBetween(Duration.ofDays(59), Duration.ofDays(60));
    }

    @Test
    void aChainIsReadInItsOrder() throws GeneralSecurityException {
        var first = ServingCertificate.selfMade("a", ADDRESS, NOW).chain().getFirst();
        var second = ServingCertificate.selfMade("b", ADDRESS, NOW).chain().getFirst();

        assertThat(ServingCertificate.parse(pem(first.getEncoded()) + pem(second.getEncoded())))
                .containsExactly(first, second);
    }

    @Test
    void whatIsNoCertificateIsRefused() {
        assertThatThrownBy(() -> ServingCertificate.parse("")).isInstanceOf(GeneralSecurityException.class);
        assertThatThrownBy(() -> ServingCertificate.parse(pem(new byte[] {1, 2, 3})))
                .isInstanceOf(GeneralSecurityException.class);
    }

    static String pem(byte[] der) {
        return "-----BEGIN CERTIFICATE-----\n" + Base64.getMimeEncoder().encodeToString(der)
                + "\n-----END CERTIFICATE-----\n";
    }

    private static InetAddress address() {
        try {
            return InetAddress.getByName("172.17.0.1");
        } catch (UnknownHostException e) {
            throw new IllegalStateException(e);
        }
    }
}
